/** Test scope only: contract suites, the disk that loses power, settable time, crash loops. */
@NullMarked
package io.holdfast.testkit;

import org.jspecify.annotations.NullMarked;
