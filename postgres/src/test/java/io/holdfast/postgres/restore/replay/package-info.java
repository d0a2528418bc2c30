@NullMarked
package io.holdfast.postgres.restore.replay;

import org.jspecify.annotations.NullMarked;
