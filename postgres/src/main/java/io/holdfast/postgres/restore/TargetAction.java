package io.holdfast.postgres.restore;

import java.util.Locale;

/** What a server does when it has reached its target: {@code recovery_target_action}. */
public enum TargetAction {
    /** It begins a timeline of its own and takes writes. */
    PROMOTE,
    /** It takes reading sessions and waits for {@code pg_wal_replay_resume()}, so that somebody can look. */
    PAUSE,
    SHUTDOWN;

    /** As PostgreSQL writes it. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
