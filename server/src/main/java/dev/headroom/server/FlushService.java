package dev.headroom.server;

import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.headroom.storage.tenant.Role;
import java.util.concurrent.CompletableFuture;

/**
 * {@code POST /headroom/v1/flush}: writes what is in memory and the WALs to segments and blocks, so
 * that the ledger tells whose bytes they are. It happens by itself within minutes; asked for behind
 * a backfill, before reports. Answers when it is done; administrators.
 */
final class FlushService {
  private final Runnable flush;

  FlushService(Runnable flush) {
    this.flush = flush;
  }

  void mount(ServerBuilder builder) {
    builder
        .route()
        .path("/headroom/v1/flush")
        .methods(HttpMethod.POST)
        .build(
            (context, _) ->
                HttpResponse.of(
                    CompletableFuture.supplyAsync(
                        () -> answer(context), context.blockingTaskExecutor())));
  }

  private HttpResponse answer(ServiceRequestContext context) {
    Authentication.principal(context).require(Role.ADMIN);
    flush.run();
    return HttpResponse.of(HttpStatus.OK, MediaType.JSON, "{\"flushed\":true}");
  }
}
