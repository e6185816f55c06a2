/**
 * Asking over HTTP, one class an API: {@link dev.headroom.query.http.LogService} for Headroom's
 * own, {@link dev.headroom.query.http.SearchService} for Elasticsearch's and {@link
 * dev.headroom.query.http.PromService} for Prometheus's. Requests are read on event loops and
 * answered on virtual threads.
 */
@NullMarked
package dev.headroom.query.http;

import org.jspecify.annotations.NullMarked;
