package dev.headroom.storage.retention;

import java.io.IOException;
import java.util.List;

/** A store whose pieces retention may drop; callable from any thread. */
public interface RetainedStore {
  /** Every piece there is now. */
  List<RetainedPiece> pieces();

  /**
   * Takes the piece away at once for new searches; its files go when the last reader is done.
   * Nothing happens when it is gone already.
   */
  void drop(RetainedPiece piece) throws IOException;
}
