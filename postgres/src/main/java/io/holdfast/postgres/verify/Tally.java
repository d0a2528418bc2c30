package io.holdfast.postgres.verify;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** What one kind of check finds, while it does. Confined to one thread. */
final class Tally {

    private static final int MOST_LINES = 100;
    private static final int LONGEST_LINE = 4000;

    private final CheckKind kind;
    private final boolean asked;
    private final InstantSource clock;
    private final Supplier<Optional<String>> excuse;
    private final List<String> findings = new ArrayList<>();
    private final List<String> doubts = new ArrayList<>();
    private long right;
    private long wrong;
    private long unchecked;
    private Duration took = Duration.ZERO;

    /** @param excuse why nothing can be judged any more, once there is such a reason */
    Tally(CheckKind kind, boolean asked, InstantSource clock, Supplier<Optional<String>> excuse) {
        this.kind = kind;
        this.asked = asked;
        this.clock = clock;
        this.excuse = excuse;
    }

    boolean asked() {
        return asked;
    }

    void right(long count) {
        right += count;
    }

    void wrong(String finding) {
        wrong(1, finding);
    }

    /** Several that are wrong in the same way, or of which not all are told. */
    void wrong(long count, String finding) {
        wrong += count;
        add(findings, finding);
    }

    void unchecked(String doubt) {
        unchecked++;
        var reason = excuse.get().orElse(doubt);
        if (!doubts.contains(reason)) {
            add(doubts, reason);
        }
    }

    /** Tells more of what was counted already. */
    void detail(String finding) {
        add(findings, finding);
    }

    private static void add(List<String> lines, String line) {
        if (lines.size() < MOST_LINES) {
            var text = line.strip();
            lines.add(text.length() <= LONGEST_LINE ? text : text.substring(0, LONGEST_LINE) + "...");
        }
    }

    /** Adds to the time that this kind has taken. */
    void timed(Runnable work) {
        var begun = clock.instant();
        try {
            work.run();
        } finally {
            tookSince(begun);
        }
    }

    Instant now() {
        return clock.instant();
    }

    void tookSince(Instant begun) {
        took(Duration.between(begun, clock.instant()));
    }

    void took(Duration time) {
        took = took.plus(time);
    }

    /** @param reason why nothing was judged, if nothing was */
    Check check(String reason) {
        if (asked && right + wrong + unchecked == 0) {
            unchecked(reason);
        }
        return new Check(kind, asked, right, wrong, unchecked, took.toMillis() / 1000.0, findings, doubts);
    }
}
