package dev.headroom.ingest.receiver;

import dev.headroom.ingest.admission.AdmissionControl;
import dev.headroom.ingest.admission.IngestMeters;
import dev.headroom.ingest.decode.SyslogDecoder;
import dev.headroom.ingest.normalise.Normaliser;
import dev.headroom.storage.logs.LogStore;
import dev.headroom.storage.model.TenantId;
import java.util.concurrent.Executor;

/**
 * Where all lines of one listener go.
 *
 * @param appends runs what blocks on the store
 */
record SyslogSink(
    TenantId tenant,
    SyslogDecoder decoder,
    LogStore store,
    Normaliser normaliser,
    IngestMeters meters,
    AdmissionControl admission,
    Executor appends) {}
