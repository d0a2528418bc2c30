package io.holdfast.postgres.wal.summary;

import io.holdfast.postgres.Pause;
import io.holdfast.postgres.cluster.SqlSession;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Waits until there are summaries of all that is needed, for as long as the summarizer moves and can still write what is
 * missing. Time is counted in pauses, so that no step of a clock ends it.
 */
final class SummaryWait {

    /** A summary is mostly written within milliseconds of the checkpoint that it ends at. */
    private static final Duration FIRST_PAUSE = Duration.ofMillis(5);

    private static final Duration LONGEST_PAUSE = Duration.ofMillis(250);

    private final SqlSession session;
    private final Coverage coverage;
    private final Duration patience;
    private final Pause pause;

    private Duration waited = Duration.ZERO;
    private Duration silence = Duration.ZERO;
    private Duration next = FIRST_PAUSE;
    private @Nullable Summarizer furthest;

    SummaryWait(SqlSession session, Coverage coverage, Duration patience, Pause pause) {
        this.session = session;
        this.coverage = coverage;
        this.patience = patience;
        this.pause = pause;
    }

    sealed interface Ending {

        /** The summaries to read. */
        record Complete(List<SummaryName> names) implements Ending {}

        record Incomplete(SummaryDoubt doubt) implements Ending {}
    }

    Ending run(SummarySource source) throws IOException, InterruptedException {
        while (true) {
            // In this order: what it says it has passed must be seen if it was written.
            var now = Summarizer.ask(session);
            var names = source.names();
            var hole = coverage.firstHole(names);
            if (hole.isEmpty()) {
                return coverage.otherWal(names)
                        .<Ending>map(Ending.Incomplete::new)
                        .orElseGet(() -> new Ending.Complete(coverage.choose(names)));
            }
            var doubt = doubt(hole.get(), now);
            if (doubt.isPresent()) {
                return new Ending.Incomplete(doubt.get());
            }
            pause();
        }
    }

    Duration waited() {
        return waited;
    }

    private Optional<SummaryDoubt> doubt(WalRange hole, Summarizer now) {
        if (now.hasPassed(hole)) {
            return Optional.of(new SummaryDoubt.Hole(hole));
        }
        if (!now.on()) {
            return Optional.of(new SummaryDoubt.SummarizerOff(hole));
        }
        if (furthest == null || now.isBeyond(furthest)) {
            furthest = now;
            silence = Duration.ZERO;
        }
        return silence.compareTo(patience) < 0
                ? Optional.empty()
                : Optional.of(new SummaryDoubt.SummarizerStuck(hole, now.written(), now.read(), silence));
    }

    private void pause() throws InterruptedException {
        pause.pause(next);
        waited = waited.plus(next);
        silence = silence.plus(next);
        next = next.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0 ? next.multipliedBy(2) : LONGEST_PAUSE;
    }
}
