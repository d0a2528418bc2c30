@NullMarked
package io.holdfast.postgres.capture;

import org.jspecify.annotations.NullMarked;
