@org.jspecify.annotations.NullMarked
package io.holdfast.postgres.restore;
