package io.holdfast.postgres.wal.summary;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.postgres.cluster.ServerFacts;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** What summaries tell after this or that was done to a real server. */
@ParameterizedClass
@MethodSource("servers")
class ChangedBlocksIT {

    private static final int SEGMENT = 131072;

    private final Summarized live;

    ChangedBlocksIT(Summarized live) {
        this.live = live;
    }

    static Stream<Summarized> servers() {
        return Stream.of(17, 18).map(major -> Summarized.start(major, Map.of("allow_in_place_tablespaces", "on")));
    }

    private void execute(String... statements) {
        for (var statement : statements) {
            live.session().execute(statement);
        }
    }

    /** A table of as many blocks, each with one row that nothing will touch unasked. */
    private ForkId table(String name, int blocks) {
        execute(
                "CREATE TABLE public.%s (n int, filler text)".formatted(name),
                "ALTER TABLE public.%s ALTER filler SET STORAGE PLAIN".formatted(name),
                "INSERT INTO public.%s SELECT n, repeat('x', 7500) FROM generate_series(1, %d) n"
                        .formatted(name, blocks),
                "VACUUM (FREEZE) public." + name);
        return live.mainOf(name);
    }

    private static BlockChanges known(SummaryOutcome outcome) {
        assertThat(outcome).isInstanceOf(SummaryOutcome.Known.class);
        return ((SummaryOutcome.Known) outcome).changes();
    }

    private FileChanges changes(PriorBackup prior, ForkId id) throws InterruptedException {
        return known(live.since(prior)).changesOf(id, 0, SEGMENT);
    }

    private static FileChanges.Blocks blocks(int... numbers) {
        return new FileChanges.Blocks(BlockNumbers.of(numbers), OptionalInt.empty());
    }

    @Test
    void blocks_that_were_written_are_listed_and_no_others() throws Exception {
        var table = table("written", 60);
        var other = table("untouched", 5);
        var prior = live.backup();
        execute("DELETE FROM public.written WHERE ctid IN ('(7,1)', '(40,1)')");

        var changes = known(live.since(prior));

        assertThat(changes.changesOf(table, 0, SEGMENT)).isEqualTo(blocks(7, 40));
        assertThat(changes.changesOf(other, 0, SEGMENT)).isEqualTo(new FileChanges.Unchanged());
    }

    @Test
    void blocks_written_while_the_prior_backup_ran_are_listed() throws Exception {
        var table = table("during", 20);
        var start = live.startBackup();
        execute("DELETE FROM public.during WHERE ctid = '(3,1)'", "CHECKPOINT");
        var prior = live.stopBackup(start);

        assertThat(changes(prior, table)).isEqualTo(blocks(3));
    }

    @Test
    void a_change_of_before_the_prior_backup_is_not_listed() throws Exception {
        var table = table("before", 20);
        execute("DELETE FROM public.before WHERE ctid = '(3,1)'");
        var prior = live.backup();

        assertThat(changes(prior, table)).isEqualTo(new FileChanges.Unchanged());
    }

    @Test
    void several_summaries_are_put_together() throws Exception {
        var table = table("often", 20);
        var prior = live.backup();
        for (int block = 2; block < 6; block++) {
            execute("DELETE FROM public.often WHERE ctid = '(%d,1)'".formatted(block), "CHECKPOINT");
        }

        var outcome = live.since(prior);

        assertThat(known(outcome).changesOf(table, 0, SEGMENT)).isEqualTo(blocks(2, 3, 4, 5));
        var known = (SummaryOutcome.Known) outcome;
        assertThat(known.filesRead()).isGreaterThanOrEqualTo(5);
        assertThat(known.bytesRead()).isGreaterThan(5 * 32);
        assertThat(known.source()).isEqualTo(SummaryOutcome.Source.FILES);
    }

    @Test
    void a_table_that_was_cut_and_grew_again_is_unknown_from_where_it_was_cut() throws Exception {
        var table = table("regrown", 100);
        var prior = live.backup();
        execute(
                "DELETE FROM public.regrown WHERE ctid >= '(50,0)'",
                "VACUUM public.regrown",
                "INSERT INTO public.regrown SELECT n, repeat('y', 7500) FROM generate_series(1, 30) n",
                "CHECKPOINT",
                "DELETE FROM public.regrown WHERE ctid IN ('(7,1)', '(70,1)')");

        var changes = (FileChanges.Blocks) changes(prior, table);

        assertThat(changes.unknownFrom()).hasValue(50);
        assertThat(changes.changed().contains(7)).isTrue();
        assertThat(changes.changed().stream()).allMatch(block -> block < 50);
    }

    @Test
    void new_and_rewritten_relations_are_whole() throws Exception {
        table("emptied", 5);
        table("rewritten", 5);
        var prior = live.backup();
        var made = table("made", 5);
        execute(
                "TRUNCATE public.emptied",
                "VACUUM FULL public.rewritten",
                "CREATE UNLOGGED TABLE public.unlogged (n int)",
                "CREATE INDEX of_rewritten ON public.rewritten (n)");

        var changes = known(live.since(prior));

        var whole = new FileChanges.Whole(WholeReason.NEW);
        assertThat(changes.changesOf(made, 0, SEGMENT)).isEqualTo(whole);
        for (var name : new String[] {"emptied", "rewritten", "of_rewritten"}) {
            assertThat(changes.changesOf(live.mainOf(name), 0, SEGMENT))
                    .as(name)
                    .isEqualTo(whole);
        }
        var unlogged = live.mainOf("unlogged");
        var init = new ForkId(unlogged.tablespace(), unlogged.database(), unlogged.relation(), RelationFork.INIT);
        assertThat(changes.changesOf(init, 0, SEGMENT)).isEqualTo(whole);
    }

    @Test
    void a_table_that_was_dropped_is_whole_whoever_gets_its_number() throws Exception {
        var dropped = table("dropped", 5);
        var prior = live.backup();
        execute("DROP TABLE public.dropped");

        assertThat(changes(prior, dropped)).isEqualTo(new FileChanges.Whole(WholeReason.NEW));
    }

    @Test
    void maps_are_always_whole() throws Exception {
        var table = table("mapped", 5);
        var prior = live.backup();

        var changes = known(live.since(prior));

        var id = new ForkId(table.tablespace(), table.database(), table.relation(), RelationFork.FREE_SPACE_MAP);
        assertThat(changes.changesOf(id, 0, SEGMENT)).isEqualTo(new FileChanges.Whole(WholeReason.FREE_SPACE_MAP));
        id = new ForkId(table.tablespace(), table.database(), table.relation(), RelationFork.VISIBILITY_MAP);
        assertThat(changes.changesOf(id, 0, SEGMENT)).isEqualTo(new FileChanges.Whole(WholeReason.VISIBILITY_MAP));
    }

    @Test
    void shared_catalogs_are_in_the_global_tablespace_without_a_database() throws Exception {
        var number = live.session()
                .one("SELECT pg_relation_filenode('pg_authid')::bigint AS number", row -> row.number("number"));
        var prior = live.backup();
        execute("CREATE ROLE somebody");

        assertThat(changes(prior, new ForkId(ForkId.GLOBAL_TABLESPACE, 0, number, RelationFork.MAIN)))
                .isInstanceOf(FileChanges.Blocks.class);
    }

    @Test
    void a_database_is_new_by_either_strategy_and_where_it_was_moved_to() throws Exception {
        execute("CREATE TABLESPACE beside LOCATION ''", "CREATE DATABASE moved");
        var prior = live.backup();
        execute(
                "CREATE DATABASE copied STRATEGY file_copy",
                "CREATE DATABASE logged STRATEGY wal_log",
                "ALTER DATABASE moved SET TABLESPACE beside");

        var changes = known(live.since(prior));

        var whole = new FileChanges.Whole(WholeReason.DATABASE_NEW);
        for (var name : new String[] {"copied", "logged", "moved"}) {
            var inDatabase = live.session()
                    .one(
                            "SELECT dattablespace::bigint AS tablespace, oid::bigint AS database FROM pg_database WHERE datname = ?",
                            row -> new ForkId(
                                    row.number("tablespace"), row.number("database"), 2619, RelationFork.MAIN),
                            name);
            assertThat(changes.changesOf(inDatabase, 0, SEGMENT)).as(name).isEqualTo(whole);
        }
        assertThat(changes.changesOf(new ForkId(1663, 1, 2619, RelationFork.MAIN), 0, SEGMENT))
                .as("template1")
                .isEqualTo(new FileChanges.Unchanged());
    }

    @Test
    void where_the_files_cannot_be_read_the_server_tells_the_same(@TempDir Path nothing) throws Exception {
        var table = table("told", 100);
        var prior = live.backup();
        execute("DELETE FROM public.told WHERE ctid >= '(40,0)'", "VACUUM public.told", "DROP TABLE IF EXISTS made");
        var start = live.startBackup();
        var fromFiles = live.summaries(live.session()).between(live.history(), prior, start, Duration.ofSeconds(30));
        var elsewhere = new WalSummaries(
                live.session(), ServerFacts.read(live.session()).version(), nothing, Summarized::sleep);

        var fromServer = elsewhere.between(live.history(), prior, start, Duration.ofSeconds(30));
        live.stopBackup(start);

        assertThat(((SummaryOutcome.Known) fromServer).source()).isEqualTo(SummaryOutcome.Source.FUNCTIONS);
        assertThat(known(fromServer).forks())
                .isEqualTo(known(fromFiles).forks())
                .isPositive();
        assertThat(known(fromServer).changesOf(table, 0, SEGMENT))
                .isEqualTo(known(fromFiles).changesOf(table, 0, SEGMENT))
                .isInstanceOf(FileChanges.Blocks.class);
    }
}
