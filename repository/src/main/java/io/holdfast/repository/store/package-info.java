/**
 * Object stores: named, immutable sequences of bytes, and what a given store promises about them. Every store passes
 * the contract suite of {@code testkit}.
 */
@NullMarked
package io.holdfast.repository.store;

import org.jspecify.annotations.NullMarked;
