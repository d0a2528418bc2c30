/** A server that speaks S3 which Holdfast starts itself (demo, tests), and requests to it that no store would make. */
@NullMarked
package io.holdfast.embedded.s3;

import org.jspecify.annotations.NullMarked;
