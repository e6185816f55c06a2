package dev.headroom.storage.model;

/** What is asked for a record; the ordinals are part of the frame format. */
public enum LogOp {
  /** Add; a live record of the same id is replaced. */
  INDEX,
  /** Add; a live record of the same id is a conflict. */
  CREATE,
  /** Remove the live record of the id; the source is empty. */
  DELETE
}
