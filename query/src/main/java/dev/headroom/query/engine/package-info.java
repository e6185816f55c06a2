/**
 * Answers queries under limits: {@link dev.headroom.query.engine.LogEngine} plans what of a log
 * query the store computes and runs the other stages over its rows; {@link
 * dev.headroom.query.engine.QueryAdmission} decides how many queries run at once, for how long and
 * with how much memory.
 */
@NullMarked
package dev.headroom.query.engine;

import org.jspecify.annotations.NullMarked;
