/**
 * Keys: the data keys that protect objects, in epochs, and the key-encryption keys that wrap them. A missing or wrong
 * key is refused loudly; nothing here ever makes a key because one was not found.
 */
@NullMarked
package io.holdfast.repository.key;

import org.jspecify.annotations.NullMarked;
