/**
 * Reads the YAML files a person writes (configuration, resources, prices): every key is asked for
 * by name, and one that nobody asked for is refused with its line.
 */
@NullMarked
package dev.headroom.storage.config;

import org.jspecify.annotations.NullMarked;
