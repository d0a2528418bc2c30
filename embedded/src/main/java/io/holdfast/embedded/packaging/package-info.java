/**
 * Repacks PostgreSQL's programs while this module is built. Not in its jar: the product finds the result on its class
 * path and never needs xz.
 */
@NullMarked
package io.holdfast.embedded.packaging;

import org.jspecify.annotations.NullMarked;
