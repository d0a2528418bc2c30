package io.holdfast.postgres.archive;

import io.holdfast.postgres.wal.Lsn;
import io.holdfast.postgres.wal.TimelineId;
import io.holdfast.repository.store.ObjectKey;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * Two sources hold different WAL for one timeline: two servers have written on it. Nobody can tell whose is right, so
 * neither is used from here on.
 *
 * @param at end of the last whole record that both have
 * @param one folder beneath which one of them stored its WAL
 * @param other folder of the other one; the two are in the order of their names
 */
public record Divergence(TimelineId timeline, Lsn at, ObjectKey one, ObjectKey other) {

    public Divergence {
        if (one.compareTo(other) > 0) {
            var first = other;
            other = one;
            one = first;
        }
    }

    /** How it is declared, beneath the claim of the session that found it. */
    record Document(TimelineId timeline, Lsn at, String one, String other, Instant declared) {

        Divergence divergence() {
            return new Divergence(timeline, at, new ObjectKey(one), new ObjectKey(other));
        }
    }

    Document declaredAt(Instant now) {
        return new Document(timeline, at, one.text(), other.text(), now.truncatedTo(ChronoUnit.MILLIS));
    }

    /** What to do about it. */
    public static final String HINT =
            "stop the server that must not write; let the other one begin a timeline of its own (restart it with"
                    + " standby.signal, then pg_promote()), and take a new backup of it";

    boolean involves(MemberName member) {
        var origin = new WalOrigin.Member(member);
        return WalOrigin.of(one).equals(origin) || WalOrigin.of(other).equals(origin);
    }

    /** For people. */
    public String explain() {
        return "WAL of %s and of %s differs on timeline %s from %s on: neither is used beyond that point"
                .formatted(WalOrigin.of(one), WalOrigin.of(other), timeline, at);
    }
}
