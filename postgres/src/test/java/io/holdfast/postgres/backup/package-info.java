@NullMarked
package io.holdfast.postgres.backup;

import org.jspecify.annotations.NullMarked;
