/**
 * A store in a bucket of Amazon S3 or of a server that speaks its protocol. The only package that sees the AWS SDK, and
 * {@link io.holdfast.repository.store.s3.S3Settings} does not, so that a command that works with a folder never loads it.
 */
@NullMarked
package io.holdfast.repository.store.s3;

import org.jspecify.annotations.NullMarked;
