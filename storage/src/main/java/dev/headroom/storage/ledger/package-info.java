/**
 * The byte ledger: who brought in how many bytes (flow) and whose bytes lie on the disk (stock), by
 * tenant, stream, field and structure, adding up to the disk exactly.
 */
@NullMarked
package dev.headroom.storage.ledger;

import org.jspecify.annotations.NullMarked;
