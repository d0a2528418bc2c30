package io.holdfast.postgres.wal.summary;

import io.holdfast.postgres.cluster.Row;
import io.holdfast.postgres.cluster.ServerException;
import io.holdfast.postgres.cluster.SqlSession;
import io.holdfast.postgres.wal.TimelineId;
import java.util.List;

/**
 * The server's functions, for when its files are closed to us. Slower by far: a row for each block, all of which the server
 * puts together before it sends the first. Every problem is a {@link ServerException}.
 */
record SummaryFunctions(SqlSession session) implements SummarySource {

    @Override
    public SummaryOutcome.Source kind() {
        return SummaryOutcome.Source.FUNCTIONS;
    }

    @Override
    public List<SummaryName> names() {
        return session.list(
                "SELECT tli, start_lsn, end_lsn FROM pg_available_wal_summaries() WHERE start_lsn < end_lsn",
                row -> new SummaryName(
                        new TimelineId((int) row.number("tli")), row.lsn("start_lsn"), row.lsn("end_lsn")));
    }

    /** The function takes the bounds of an existing summary only. */
    @Override
    public long read(SummaryName name, BlockSink sink) {
        session.stream(
                "SELECT relfilenode::bigint AS relation, reltablespace::bigint AS tablespace, reldatabase::bigint AS database,"
                        + " relforknumber AS fork, relblocknumber AS block, is_limit_block AS limited"
                        + " FROM pg_wal_summary_contents(?, ?::pg_lsn, ?::pg_lsn)",
                row -> handOver(name, row, sink),
                Integer.toUnsignedLong(name.timeline().number()),
                name.start().toString(),
                name.end().toString());
        return 0;
    }

    private static void handOver(SummaryName name, Row row, BlockSink sink) {
        var fork = RelationFork.ofNumber(row.integer("fork"))
                .orElseThrow(() -> new InvalidSummaryException(
                        name.fileName(), "there is no fork number %d".formatted(row.integer("fork"))));
        var id = new ForkId(row.number("tablespace"), row.number("database"), row.number("relation"), fork);
        if (row.flag("limited")) {
            sink.limit(id, row.number("block"));
        } else {
            sink.changed(id, row.number("block"));
        }
    }
}
