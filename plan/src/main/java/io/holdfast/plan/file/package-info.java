/**
 * The file of a plan: which keys it has and what each takes. One description of each section serves the reader, which
 * reports every problem with line and column, and the JSON Schema, with which an editor completes the file.
 */
@NullMarked
package io.holdfast.plan.file;

import org.jspecify.annotations.NullMarked;
