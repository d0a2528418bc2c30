@NullMarked
package io.holdfast.testkit.programs;

import org.jspecify.annotations.NullMarked;
