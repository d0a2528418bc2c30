package io.holdfast.postgres.wal.summary;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.postgres.cluster.ServerFacts;
import io.holdfast.postgres.wal.TimelineHistory;
import io.holdfast.postgres.wal.TimelineId;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SummariesOverTimelinesIT {

    private static final int SEGMENT = 131072;

    @ParameterizedTest
    @ValueSource(ints = {17, 18})
    void changes_before_and_after_a_promotion_are_known(int major) throws Exception {
        try (var live = Summarized.start(major, Map.of())) {
            live.session().execute("CREATE TABLE public.t (n int, filler text)");
            live.session().execute("ALTER TABLE public.t ALTER filler SET STORAGE PLAIN");
            live.session().execute("INSERT INTO public.t SELECT n, repeat('x', 7500) FROM generate_series(1, 20) n");
            live.session().execute("VACUUM (FREEZE) public.t");
            var prior = live.backup();
            live.session().execute("DELETE FROM public.t WHERE ctid = '(4,1)'");
            live.promote();
            live.session().execute("DELETE FROM public.t WHERE ctid = '(6,1)'");

            var outcome = live.since(prior);

            assertThat(ServerFacts.read(live.session()).timeline()).isEqualTo(new TimelineId(2));
            assertThat(outcome).isInstanceOf(SummaryOutcome.Known.class);
            var changes = (FileChanges.Blocks)
                    ((SummaryOutcome.Known) outcome).changes().changesOf(live.mainOf("t"), 0, SEGMENT);
            assertThat(changes.changed()).isEqualTo(BlockNumbers.of(4, 6));

            removingAnySummaryOfEitherTimelineLeavesAHole(live, prior);
            aBackupOfTheOtherBranchIsRefused(live, prior);
        }
    }

    private static void removingAnySummaryOfEitherTimelineLeavesAHole(Summarized live, PriorBackup prior)
            throws Exception {
        var start = live.startBackup();
        var history = live.history();
        var coverage = new Coverage(WalRange.along(history, prior.start(), start));
        var whole = live.summaries(live.session()).between(history, prior, start, Duration.ofSeconds(30));
        assertThat(whole).isInstanceOf(SummaryOutcome.Known.class);

        var chosen = coverage.choose(live.files().names());

        assertThat(chosen).extracting(name -> name.timeline().number()).contains(1, 2);
        for (var name : chosen) {
            var others = chosen.stream().filter(other -> !other.equals(name)).toList();
            assertThat(coverage.firstHole(others)).as("without %s", name).isPresent();
        }
        live.stopBackup(start);
    }

    private static void aBackupOfTheOtherBranchIsRefused(Summarized live, PriorBackup prior) throws Exception {
        var switched = live.history().begin();
        var elsewhere = new PriorBackup(new TimelineId(1), prior.start(), switched.plus(8));
        var third = new PriorBackup(new TimelineId(3), prior.start(), prior.stop());

        assertThat(live.since(elsewhere))
                .isEqualTo(new SummaryOutcome.Unknown(
                        List.of(new SummaryDoubt.Diverged(new TimelineId(1), switched.plus(8), switched)),
                        Duration.ZERO));
        assertThat(live.since(third))
                .isEqualTo(new SummaryOutcome.Unknown(
                        List.of(new SummaryDoubt.OtherHistory(new TimelineId(3), new TimelineId(2))), Duration.ZERO));
        assertThat(live.history()).isNotEqualTo(TimelineHistory.withoutParents(new TimelineId(2)));
    }
}
