package io.holdfast.repository.retention;

import java.time.Duration;

/**
 * Which backups an operator wants to have.
 *
 * @param window every moment of it can be restored, if there was a backup before it
 * @param minimum of the newest generation, however old
 * @param daily how many of the newest days that have a backup keep their newest one
 * @param weekly the same for weeks
 * @param monthly the same for months
 */
public record RetentionPolicy(Duration window, int minimum, int daily, int weekly, int monthly) {

    public RetentionPolicy {
        if (window.isNegative() || minimum < 1 || daily < 0 || weekly < 0 || monthly < 0) {
            throw new IllegalArgumentException("not a policy: window %s, minimum %d, daily %d, weekly %d, monthly %d"
                    .formatted(window, minimum, daily, weekly, monthly));
        }
    }

    /** Nothing but a window and the newest backup. */
    public static RetentionPolicy ofWindow(Duration window) {
        return new RetentionPolicy(window, 1, 0, 0, 0);
    }

    public RetentionPolicy withMinimum(int count) {
        return new RetentionPolicy(window, count, daily, weekly, monthly);
    }

    public RetentionPolicy withKeeps(int days, int weeks, int months) {
        return new RetentionPolicy(window, minimum, days, weeks, months);
    }
}
