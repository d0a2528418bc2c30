package io.holdfast.repository.store;

/** What a {@link NegligentDisk} does not force. */
enum NoForce {
    OF_FILES,
    OF_FOLDERS
}
