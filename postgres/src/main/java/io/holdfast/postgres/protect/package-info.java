/** Protection as a service: capture and scheduled base backups in one process, under a service manager or not. */
@NullMarked
package io.holdfast.postgres.protect;

import org.jspecify.annotations.NullMarked;
