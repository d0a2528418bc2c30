/** The stand-in for optimal_build: a database, a backend that keeps writing, and the truth of what it was promised. */
@NullMarked
package io.holdfast.demo.application;

import org.jspecify.annotations.NullMarked;
