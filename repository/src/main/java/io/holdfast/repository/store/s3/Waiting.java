package io.holdfast.repository.store.s3;

import java.time.Duration;

/** How a store lets time pass; real code sleeps. */
@FunctionalInterface
public interface Waiting {

    void await(Duration time) throws InterruptedException;
}
