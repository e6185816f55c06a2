package dev.headroom.ingest.http;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpObject;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.stream.SubscriptionOption;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.headroom.ingest.admission.AdmissionControl;
import dev.headroom.ingest.admission.AdmissionControl.Permit;
import dev.headroom.ingest.admission.DecodeSlots;
import dev.headroom.storage.model.ErrorCategory;
import dev.headroom.storage.model.HeadroomException;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.function.Function;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

/**
 * Reads request bodies as they stream in and hands them over decompressed.
 *
 * <p><b>Threads.</b> Chunks are copied on the request's event loop, each under the permit asked for
 * it first; decompression and the service run on the blocking executor. <b>Failures</b> end the
 * request at once: what is still to come of the body is not read.
 */
public final class BodyReader {
  private final AdmissionControl admission;
  private final DecodeSlots slots;
  private final BodyLimits limits;

  public BodyReader(AdmissionControl admission, DecodeSlots slots, BodyLimits limits) {
    this.admission = admission;
    this.slots = slots;
    this.limits = limits;
  }

  /** Of a length that a sender declares, room for so much is made before the bytes are there. */
  private static final int TRUSTED_BYTES = 256 << 10;

  /** For Armeria, whose own limit would answer in no protocol's words: this reader cuts off. */
  static final long ARMERIA_LIMIT = 0;

  /** What a service does with a body, on a virtual thread; it may throw HeadroomException. */
  interface Service {
    HttpResponse serve(Body body);
  }

  /**
   * A body in memory, until the answer is made.
   *
   * @param bytes valid up to {@code length}
   * @param wireBytes as it came, compressed if it was
   * @param permit to be grown for what is made of it
   * @param slots to decode in
   */
  record Body(byte[] bytes, int length, long wireBytes, Permit permit, DecodeSlots slots) {}

  /** Recognises the compression by its magic bytes. */
  HttpResponse read(ServiceRequestContext context, HttpRequest request, Service service) {
    return read(context, request, wire -> BodyEncoding.of(wire.array(), wire.length()), service);
  }

  /**
   * @param encoding how the body is compressed, once it is there
   */
  HttpResponse read(
      ServiceRequestContext context,
      HttpRequest request,
      Function<BodyBuffer, BodyEncoding> encoding,
      Service service) {
    Permit permit = admission.acquire(0);
    var answer = new CompletableFuture<HttpResponse>();
    var collector =
        new Collector(
            permit,
            limits,
            request.headers().contentLength(),
            wire -> serveLater(context, () -> serve(wire, encoding, permit, service, answer)),
            error -> {
              permit.close();
              answer.completeExceptionally(error);
            });
    request.subscribe(collector, context.eventLoop(), SubscriptionOption.WITH_POOLED_OBJECTS);
    return HttpResponse.of(answer);
  }

  private static void serveLater(ServiceRequestContext context, Runnable work) {
    try {
      context.blockingTaskExecutor().execute(work);
    } catch (RejectedExecutionException e) {
      throw new HeadroomException(ErrorCategory.UNAVAILABLE, "stopping", e);
    }
  }

  private void serve(
      BodyBuffer wire,
      Function<BodyBuffer, BodyEncoding> encoding,
      Permit permit,
      Service service,
      CompletableFuture<HttpResponse> answer) {
    HttpResponse response;
    try (permit) {
      BodyBuffer plain = slots.run(() -> encoding.apply(wire).decompress(wire, limits, permit));
      response =
          service.serve(new Body(plain.array(), plain.length(), wire.length(), permit, slots));
    } catch (RuntimeException | Error e) {
      answer.completeExceptionally(e);
      return;
    }
    answer.complete(response);
  }

  /** Event loop only; calls one of its two callbacks, once. */
  private static final class Collector implements Subscriber<HttpObject> {
    private final BodyBuffer bytes;
    private final BodyLimits limits;
    private final long declared;
    private final Consumer<BodyBuffer> onWhole;
    private final Consumer<Throwable> onFailure;
    private boolean isDone;

    @SuppressWarnings("NullAway.Init") // the first call is onSubscribe
    private Subscription subscription;

    Collector(
        Permit permit,
        BodyLimits limits,
        long declared,
        Consumer<BodyBuffer> onWhole,
        Consumer<Throwable> onFailure) {
      this.bytes = declared < 0 ? new BodyBuffer(permit) : new BodyBuffer(permit, TRUSTED_BYTES);
      this.limits = limits;
      this.declared = declared;
      this.onWhole = onWhole;
      this.onFailure = onFailure;
    }

    @Override
    public void onSubscribe(Subscription newSubscription) {
      subscription = newSubscription;
      if (declared > limits.decodedBytes()) {
        subscription.cancel();
        fail(limits.tooLong(limits.decodedBytes()));
      } else {
        subscription.request(1);
      }
    }

    @Override
    public void onNext(HttpObject object) {
      if (!(object instanceof HttpData data)) {
        subscription.request(1); // trailers
        return;
      }
      try (data) {
        if (!isDone) {
          append(data);
          subscription.request(1);
        }
      } catch (HeadroomException | IOException e) {
        subscription.cancel();
        fail(e);
      }
    }

    private void append(HttpData data) throws IOException {
      int length = Math.addExact(bytes.length(), data.length());
      int most = declared < 0 ? limits.decodedBytes() : (int) declared;
      if (length > limits.decodedBytes()) {
        throw limits.tooLong(limits.decodedBytes());
      }
      try (InputStream in = data.toInputStream()) {
        bytes.append(in, data.length(), Math.max(most, length));
      }
      if (length > limits.compressedBytes()
          && BodyEncoding.of(bytes.array(), bytes.length()) != BodyEncoding.PLAIN) {
        throw limits.tooLong(limits.compressedBytes());
      }
    }

    private void fail(Throwable error) {
      if (!isDone) {
        isDone = true;
        onFailure.accept(error);
      }
    }

    @Override
    public void onError(Throwable error) {
      fail(error);
    }

    @Override
    public void onComplete() {
      if (!isDone) {
        isDone = true;
        try {
          onWhole.accept(bytes);
        } catch (HeadroomException e) {
          onFailure.accept(e);
        }
      }
    }
  }
}
