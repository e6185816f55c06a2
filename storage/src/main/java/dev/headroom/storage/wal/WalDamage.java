package dev.headroom.storage.wal;

/**
 * Something of the log that could not be read.
 *
 * @param fromPosition first position that may be missing
 * @param bytes of the file that were not read
 */
public record WalDamage(String file, String problem, long fromPosition, long bytes) {}
