@NullMarked
package io.holdfast.postgres.protect;

import org.jspecify.annotations.NullMarked;
