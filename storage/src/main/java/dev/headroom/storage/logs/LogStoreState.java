package dev.headroom.storage.logs;

/**
 * How a log store is doing, for its operator.
 *
 * @param partitions that can be searched
 * @param unindexedBytes of acknowledged batches that wait in memory to be indexed
 * @param walBytes of the WAL's files, without what is only reserved: what a start would read
 * @param mergesWaiting sealed partitions that are not merged yet
 * @param merges of sealed partitions done since the start
 * @param stalls how often the index could not be written, since the start
 * @param batchIds that a repeat would be told by
 * @param batchIdsCutShort forgotten before their time, since the start, as there were too many
 */
public record LogStoreState(
    int partitions,
    long unindexedBytes,
    long walBytes,
    int mergesWaiting,
    long merges,
    long stalls,
    long batchIds,
    long batchIdsCutShort) {}
