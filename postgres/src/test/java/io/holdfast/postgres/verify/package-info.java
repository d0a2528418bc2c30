@NullMarked
package io.holdfast.postgres.verify;

import org.jspecify.annotations.NullMarked;
