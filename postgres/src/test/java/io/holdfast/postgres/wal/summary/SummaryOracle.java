package io.holdfast.postgres.wal.summary;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.testkit.programs.PostgresClientPrograms;
import java.nio.file.Path;
import java.util.List;

/** PostgreSQL's own reader of WAL summaries, beside ours. */
public final class SummaryOracle {

    private SummaryOracle() {}

    /** Both say the same of every summary of a cluster, of which there are some. The server may be stopped, and must not remove any. */
    public static void assertAgreement(PostgresClientPrograms programs, Path dataDirectory) throws Exception {
        var files = SummaryFiles.of(dataDirectory);
        var names = files.names();
        assertThat(names).isNotEmpty();
        for (var name : names) {
            assertThat(programOutput(programs, files.folder().resolve(name.fileName())))
                    .as("pg_walsummary on %s", name)
                    .isEqualTo(PrintedSummary.of(files, name));
        }
    }

    private static List<String> programOutput(PostgresClientPrograms programs, Path summary) {
        return programs.output("pg_walsummary", "--individual", summary.toString())
                .lines()
                .sorted()
                .toList();
    }
}
