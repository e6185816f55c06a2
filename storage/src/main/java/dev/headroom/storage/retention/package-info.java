/** When data goes: ages by stream and class, sizes, and the plan of what would be dropped. */
@NullMarked
package dev.headroom.storage.retention;

import org.jspecify.annotations.NullMarked;
