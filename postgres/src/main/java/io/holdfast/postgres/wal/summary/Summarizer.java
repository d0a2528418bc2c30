package io.holdfast.postgres.wal.summary;

import io.holdfast.postgres.cluster.SqlSession;
import io.holdfast.postgres.wal.Lsn;
import io.holdfast.postgres.wal.TimelineId;
import java.util.Comparator;
import java.util.Optional;

/**
 * How far the server's WAL summarizer is.
 *
 * @param on whether summarize_wal is on
 * @param timeline of {@code written}; absent as long as it has not looked what there is
 * @param written where its next summary begins
 * @param read how far it has read
 */
record Summarizer(boolean on, Optional<TimelineId> timeline, Lsn written, Lsn read) {

    static Summarizer ask(SqlSession session) {
        return session.one(
                "SELECT current_setting('summarize_wal')::boolean AS running, summarized_tli, summarized_lsn, pending_lsn"
                        + " FROM pg_get_wal_summarizer_state()",
                row -> new Summarizer(
                        row.flag("running"),
                        Optional.of(row.number("summarized_tli"))
                                .filter(number -> number != 0)
                                .map(number -> new TimelineId(number.intValue())),
                        row.lsn("summarized_lsn"),
                        row.lsn("pending_lsn")));
    }

    /**
     * Whether it got further than before. One that fails goes back and tries again, as often as it likes: that is no
     * progress.
     */
    boolean isBeyond(Summarizer before) {
        return Comparator.comparingLong(Summarizer::timelineNumber)
                        .thenComparing(Summarizer::read)
                        .compare(this, before)
                > 0;
    }

    private long timelineNumber() {
        return timeline.map(id -> Integer.toUnsignedLong(id.number())).orElse(0L);
    }

    /** Whether it is beyond the start of this range, so that it will never write a summary from there on. */
    boolean hasPassed(WalRange range) {
        return timeline.filter(own -> own.compareTo(range.timeline()) > 0
                        || (own.equals(range.timeline()) && written.isAfter(range.from())))
                .isPresent();
    }
}
