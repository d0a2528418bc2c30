package io.holdfast.postgres.wal.summary;

import java.util.List;
import java.util.TreeSet;

/** Everything that a source says of one summary, as {@code pg_walsummary --individual} prints it; sorted. */
final class PrintedSummary implements BlockSink {

    private final TreeSet<String> lines = new TreeSet<>();

    static List<String> of(SummarySource source, SummaryName name) throws Exception {
        var printed = new PrintedSummary();
        source.read(name, printed);
        return List.copyOf(printed.lines);
    }

    @Override
    public void limit(ForkId fork, long blocks) {
        print(fork, "limit " + blocks);
    }

    @Override
    public void changed(ForkId fork, long block) {
        print(fork, "block " + block);
    }

    private void print(ForkId id, String what) {
        var fork = id.fork() == RelationFork.MAIN ? "main" : id.fork().suffix();
        var line = "TS %d, DB %d, REL %d, FORK %s: %s"
                .formatted(id.tablespace(), id.database(), id.relation(), fork, what);
        if (!lines.add(line)) {
            throw new AssertionError("said twice: " + line);
        }
    }
}
