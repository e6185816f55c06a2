package dev.headroom.storage.metrics;

import dev.headroom.storage.model.SampleBatch;

/**
 * What of a batch is stored.
 *
 * @param batch the accepted samples only
 * @param series of the tenant's head, by the batch's ordinals
 */
record AdmittedSamples(
    SampleBatch batch, TenantMetrics tenant, HeadSeries[] series, MetricAppendResult result) {}
