package dev.headroom.storage.model;

/** A series inside its tenant. */
public record SeriesKey(TenantId tenant, Labels labels) {}
