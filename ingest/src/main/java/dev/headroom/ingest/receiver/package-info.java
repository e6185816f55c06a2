/**
 * Sockets that take logs. {@link dev.headroom.ingest.receiver.ReceiverGroup} runs the event loops;
 * start with {@link dev.headroom.ingest.receiver.SyslogReceiver}. Netty ends here: decoders see
 * bytes on the heap.
 *
 * <p>A connection belongs to one event loop, which frames and decodes; batches are appended to the
 * store on virtual threads, one at a time for a connection, and the outcome goes back to the loop.
 */
@NullMarked
package dev.headroom.ingest.receiver;

import org.jspecify.annotations.NullMarked;
