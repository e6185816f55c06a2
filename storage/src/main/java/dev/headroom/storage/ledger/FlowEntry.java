package dev.headroom.storage.ledger;

import dev.headroom.storage.model.TenantId;

/**
 * What arrived for one stream in one hour of receipt, for one hour of event time.
 *
 * @param stream of a log; a metric's is its label {@code job}, else {@code metrics}
 * @param receiptHour hours since the epoch
 * @param eventHour hours since the epoch; {@link StockEntry#NO_HOUR} for what was rejected
 * @param wireBytes as they came, compressed if they were; a request's are split by decoded bytes
 * @param rawBytes after decompression
 * @param acceptedRecords log records or samples
 * @param rejectedRecords refused with a reason
 */
public record FlowEntry(
    TenantId tenant,
    String stream,
    long receiptHour,
    long eventHour,
    long wireBytes,
    long rawBytes,
    long acceptedRecords,
    long rejectedRecords) {}
