package dev.headroom.storage.ledger;

/** How finely stored bytes are told. */
public enum StockDetail {
  /** By tenant, stream, structure and event day (the day's first hour stands for it); no fields. */
  DAILY,
  /** By field and event hour as well. */
  FULL
}
