/**
 * Keys that AWS KMS keeps: asks the service, and says what went wrong in the words of Holdfast. The only place that knows
 * the SDK's client for it.
 */
@NullMarked
package io.holdfast.repository.key.kms;

import org.jspecify.annotations.NullMarked;
