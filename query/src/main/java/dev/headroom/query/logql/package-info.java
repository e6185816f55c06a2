/**
 * LogQL, Grafana Loki's query language, over Headroom's log store. Start at {@link
 * dev.headroom.query.logql.LogQlParser}, which reads a query, and {@link
 * dev.headroom.query.logql.LogQlEngine}, which answers it; {@link
 * dev.headroom.query.logql.LabelTable} says which labels a record has. What stands above a range of
 * log lines (sums, operators) is PromQL's and is evaluated there. Used by {@code query.http}.
 */
@NullMarked
package dev.headroom.query.logql;

import org.jspecify.annotations.NullMarked;
