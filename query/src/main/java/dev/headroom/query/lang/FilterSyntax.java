package dev.headroom.query.lang;

import dev.headroom.storage.logs.LogFilter;

/**
 * What differs between the doors that take Lucene query syntax.
 *
 * @param implicit how clauses without an operator between them are joined
 * @param defaultField the field of a clause that names none
 * @param times how points in time are read
 */
record FilterSyntax(Implicit implicit, String defaultField, TimeText times) {
  enum Implicit {
    AND,
    OR
  }

  static FilterSyntax headroom(TimeText times) {
    return new FilterSyntax(Implicit.AND, LogFilter.ANY_FIELD, times);
  }
}
