/** All names of files and folders, and how files are made durable. */
@NullMarked
package dev.headroom.storage.file;

import org.jspecify.annotations.NullMarked;
