package io.holdfast.repository.mirror;

import io.holdfast.repository.store.ObjectStore;
import io.holdfast.repository.store.StoreException;

/** What several stores of one repository are as one. */
public sealed interface MirroredStore extends ObjectStore permits MirrorsForReading, MirrorsForWriting {

    /** How many stores there are. */
    int count();

    /** Of one of them, by its number from 0 on. */
    String location(int number);

    /**
     * Opens one of the stores once more, for the caller who closes it.
     *
     * @throws StoreException if it cannot be reached, or does not hold this repository
     */
    ObjectStore openApart(int number);
}
