/** Tenants, their limits, and the API keys that stand for them. */
@NullMarked
package dev.headroom.storage.tenant;

import org.jspecify.annotations.NullMarked;
