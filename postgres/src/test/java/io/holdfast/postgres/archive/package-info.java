@NullMarked
package io.holdfast.postgres.archive;

import org.jspecify.annotations.NullMarked;
