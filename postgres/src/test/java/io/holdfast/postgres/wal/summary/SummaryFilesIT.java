package io.holdfast.postgres.wal.summary;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.testkit.programs.NeedsClientPrograms;
import io.holdfast.testkit.programs.PostgresClientPrograms;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every summary that a busy server writes, beside what PostgreSQL's own program and functions say of it. */
@NeedsClientPrograms
class SummaryFilesIT {

    private static final List<String> BUSY = List.of(
            "CREATE TABLE public.wide (n int, filler text); ALTER TABLE public.wide ALTER filler SET STORAGE PLAIN",
            "CREATE TABLE public.short_lived AS SELECT n FROM generate_series(1, 5000) n",
            "INSERT INTO public.wide SELECT n, repeat('x', 7500) FROM generate_series(1, 5200) n",
            "CREATE UNLOGGED TABLE public.unlogged AS SELECT n FROM generate_series(1, 1000) n",
            "CREATE INDEX ON public.short_lived (n); CREATE INDEX ON public.short_lived USING hash (n)",
            "CHECKPOINT",
            "UPDATE public.wide SET n = n + 1 WHERE n % 3 = 0",
            "CREATE DATABASE copied STRATEGY file_copy",
            "CREATE DATABASE logged STRATEGY wal_log",
            "DROP TABLE public.short_lived",
            "CHECKPOINT",
            "UPDATE public.wide SET n = n WHERE n < 30",
            "DELETE FROM public.wide WHERE ctid >= '(3000,0)'",
            "VACUUM public.wide",
            "DROP DATABASE copied",
            "INSERT INTO public.wide SELECT n, repeat('y', 7500) FROM generate_series(1, 100) n",
            "CHECKPOINT",
            "TRUNCATE public.wide",
            "VACUUM FULL pg_catalog.pg_class",
            "SELECT lo_from_bytea(0, decode(repeat('ab', 20000), 'hex'))",
            "CHECKPOINT");

    @ParameterizedTest
    @ValueSource(ints = {17, 18})
    void say_the_same_to_us_to_pg_walsummary_and_to_the_server(int major) throws Exception {
        try (var live = Summarized.start(major, Map.of("max_wal_size", "1GB"))) {
            var prior = live.backup();
            BUSY.forEach(statement -> List.of(statement.split("; ")).forEach(live.session()::execute));

            var outcome = live.since(prior);

            assertThat(outcome).isInstanceOf(SummaryOutcome.Known.class);
            var names = live.files().names();
            assertThat(names).hasSizeGreaterThan(5);
            var all = new TreeSet<String>();
            for (var name : names) {
                var ours = PrintedSummary.of(live.files(), name);
                assertThat(PrintedSummary.of(new SummaryFunctions(live.session()), name))
                        .as("functions on %s", name)
                        .isEqualTo(ours);
                all.addAll(ours);
            }
            SummaryOracle.assertAgreement(
                    PostgresClientPrograms.version18(),
                    live.files().folder().resolve("../..").normalize());
            assertThat(all)
                    .anyMatch(line -> line.contains("REL 0,"))
                    .anyMatch(line -> line.contains("TS 1664, DB 0,"))
                    .anyMatch(line -> line.contains("FORK init: limit 0"))
                    .anyMatch(line -> line.contains("FORK main: limit ") && !line.endsWith("limit 0"))
                    .hasSizeGreaterThan(5000);
        }
    }
}
