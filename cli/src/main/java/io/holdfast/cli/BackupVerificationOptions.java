package io.holdfast.cli;

import io.holdfast.postgres.verify.CheckKind;
import io.holdfast.postgres.verify.ProofQuery;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** Options of {@code holdfast verify} that only mean something together with a backup. */
final class BackupVerificationOptions {

    @Option(
            names = "--latest",
            description =
                    "Recover to the end of the WAL, which proves the WAL behind the backup as well (default: to the end of"
                            + " the backup).")
    private boolean latest;

    @Option(
            names = "--into",
            paramLabel = "DIR",
            description =
                    "Make the sandbox in this folder, which needs as much space as the cluster (default: /var/tmp).")
    private Path into = Path.of("/var/tmp");

    @Option(names = "--keep", description = "Keep the sandbox, with its server stopped, and say where it is.")
    private boolean keep;

    @Option(
            names = "--without",
            paramLabel = "CHECK",
            split = ",",
            description = "Do not ask for this check: ${COMPLETION-CANDIDATES}. The proof says that it was not asked.")
    private List<Omission> without = new ArrayList<>();

    @ArgGroup(exclusive = false, multiplicity = "0..*")
    private List<Query> queries = new ArrayList<>();

    @Option(names = "--dry-run", description = "Say what would be restored, where and how; touch nothing.")
    private boolean dryRun;

    /** A check that can be left out, as people write it. */
    enum Omission {
        INDEXES(CheckKind.INDEXES),
        TABLES(CheckKind.TABLES),
        PAGES(CheckKind.PAGES);

        private final CheckKind kind;

        Omission(CheckKind kind) {
            this.kind = kind;
        }

        CheckKind kind() {
            return kind;
        }

        @Override
        public String toString() {
            return kind.toString();
        }
    }

    /** One query, with what belongs to it. */
    static final class Query {

        @Option(
                names = "--query",
                required = true,
                paramLabel = "SQL",
                description =
                        "Ask this of the restored server; an error is bad. May be repeated, each with its own --expect and --in.")
        private String sql = "";

        @Option(
                names = "--expect",
                paramLabel = "VALUE",
                description = "What the first value of the first row has to be, as text; anything else is bad.")
        private @Nullable String expected;

        @Option(
                names = "--in",
                paramLabel = "DATABASE",
                description = "The database that is asked (default: postgres).")
        private String database = "postgres";

        private ProofQuery query() {
            return new ProofQuery(database, sql, Optional.ofNullable(expected));
        }
    }

    boolean latest() {
        return latest;
    }

    Path into() {
        return into;
    }

    boolean keep() {
        return keep;
    }

    List<Omission> without() {
        return without;
    }

    List<ProofQuery> queries() {
        return queries.stream().map(Query::query).toList();
    }

    boolean dryRun() {
        return dryRun;
    }
}
