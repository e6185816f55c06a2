/**
 * What every record gets whatever door it came through: its time checked, its severity and origin
 * read, its stream chosen. {@link dev.headroom.ingest.normalise.LogAssembler} collects the records
 * of one request.
 */
@NullMarked
package dev.headroom.ingest.normalise;

import org.jspecify.annotations.NullMarked;
