@NullMarked
package io.holdfast.postgres.action;

import org.jspecify.annotations.NullMarked;
