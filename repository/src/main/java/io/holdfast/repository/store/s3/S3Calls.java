package io.holdfast.repository.store.s3;

import java.time.Duration;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * Every request goes through here: it waits its turn, is tried again where that may help, and fails in the words of a
 * store. Thread-safe.
 */
final class S3Calls {

    private static final Logger LOG = LoggerFactory.getLogger(S3Calls.class);
    private static final int TRIES = 7;
    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);

    private final S3Settings settings;
    private final S3Problems problems;
    private final Waiting waiting;
    private final RandomGenerator random;
    private final SharedBrake brake = new SharedBrake();

    S3Calls(S3Settings settings, Waiting waiting, RandomGenerator random) {
        this.settings = settings;
        this.problems = new S3Problems(settings);
        this.waiting = waiting;
        this.random = random;
    }

    /** An answer whose body broke off. */
    static final class BrokenBodyException extends RuntimeException {
        private static final long serialVersionUID = 1;

        BrokenBodyException(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /**
     * Does something until it succeeds or another try would not help.
     *
     * @param what completes "cannot ..."
     */
    <T> T attempt(String what, Supplier<T> request) {
        for (var tries = 1; ; tries++) {
            awaitTurn(what);
            var begun = System.nanoTime();
            try {
                var answer = request.get();
                brake.succeeded(begun);
                return answer;
            } catch (SdkException | BrokenBodyException e) {
                var problem = explain(what, e);
                if (problem.is(S3Trouble.THROTTLED)) {
                    brake.slower(begun, System.nanoTime(), RetryAfter.of(e));
                }
                if (!problem.trouble().worthAnotherTry() || tries == TRIES) {
                    throw problem;
                }
                LOG.debug("request is repeated: try={} reason={}", tries, problem.getMessage());
                await(what, pause(tries));
            }
        }
    }

    private S3StoreException explain(String what, RuntimeException failure) {
        if (Thread.currentThread().isInterrupted()) {
            return S3StoreException.interrupted(what, settings.location(), failure);
        }
        return failure instanceof SdkException e ? problems.explain(what, e) : problems.unreachable(what, failure);
    }

    /** Between half of it and all of it, so that threads that failed together do not come back together. */
    private Duration pause(int tries) {
        var most = Math.min(LONGEST_PAUSE.toMillis(), FIRST_PAUSE.toMillis() << tries);
        return Duration.ofMillis(most / 2 + random.nextLong(most / 2));
    }

    private void awaitTurn(String what) {
        long ticket = brake.ticket();
        try {
            var waited = System.nanoTime();
            for (var left = brake.turn(ticket, waited, waited);
                    !left.isZero();
                    left = brake.turn(ticket, System.nanoTime(), waited)) {
                await(what, left);
                waited += left.toNanos();
            }
        } finally {
            brake.leave(ticket);
        }
    }

    private void await(String what, Duration time) {
        if (time.isZero()) {
            return;
        }
        try {
            waiting.await(time);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw S3StoreException.interrupted(what, settings.location(), e);
        }
    }
}
