package io.holdfast.demo;

import io.holdfast.demo.application.Verdict;
import java.time.Duration;

/**
 * What one disaster cost, measured.
 *
 * @param recoveryPoint from the oldest commit that was lost to the disaster; zero if none was
 * @param recoveryTime from the disaster until the application was healthy again
 * @param lost acknowledged commits that were lost by this disaster
 * @param promiseKept whether everything is there that was acknowledged before the moment that Holdfast had published as covered
 */
record Outcome(Duration recoveryPoint, Duration recoveryTime, long lost, boolean promiseKept, Verdict verdict) {

    /** From the document: no more than an hour of data may be lost. */
    static final Duration RECOVERY_POINT_OBJECTIVE = Duration.ofHours(1);

    /** From the document: the service is back within four hours. */
    static final Duration RECOVERY_TIME_OBJECTIVE = Duration.ofHours(4);

    boolean held() {
        return verdict.wrong().isEmpty()
                && promiseKept
                && recoveryPoint.compareTo(RECOVERY_POINT_OBJECTIVE) <= 0
                && recoveryTime.compareTo(RECOVERY_TIME_OBJECTIVE) <= 0;
    }
}
