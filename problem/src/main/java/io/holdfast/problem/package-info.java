/**
 * What goes wrong, said once: the base of every exception that stops a command, and findings that are collected and
 * reported together. The smallest module, below everything; it depends on nothing.
 */
@NullMarked
package io.holdfast.problem;

import org.jspecify.annotations.NullMarked;
