/**
 * The plan as a document for people: the sections, tables and numbers of the one it came from, and beside each promise the
 * newest evidence for it.
 */
@NullMarked
package io.holdfast.plan.render;

import org.jspecify.annotations.NullMarked;
