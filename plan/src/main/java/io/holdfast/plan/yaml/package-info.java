/**
 * Files that people write: YAML, read with the line and column of everything in it, and without what surprises (anchors,
 * aliases, tags, keys that are there twice, a second document). What the keys mean is said elsewhere.
 */
@NullMarked
package io.holdfast.plan.yaml;

import org.jspecify.annotations.NullMarked;
