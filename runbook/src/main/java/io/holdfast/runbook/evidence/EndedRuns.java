package io.holdfast.runbook.evidence;

import io.holdfast.repository.evidence.Head;
import io.holdfast.runbook.journal.Event;
import io.holdfast.runbook.journal.EventType;
import io.holdfast.runbook.journal.Journal;
import io.holdfast.runbook.journal.RunId;
import io.holdfast.runbook.journal.Texts;
import io.holdfast.runbook.journal.Transactions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;

/** What the state database knows of runs that have ended, and of their evidence. */
final class EndedRuns {

    /** Any number that nothing else of Holdfast locks by. */
    private static final long RECORDING = 0x686f6c64_65766964L;

    /** A store that is slow must not end the session; one that hangs must not keep other engines from recording for ever. */
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    private static final int AT_ONCE = 10_000;

    private static final String UNRECORDED =
            "where finished is not null and not exists (select 1 from run_evidence e where e.run = r.id)";

    private final Transactions transactions;
    private final Journal journal;
    private final InstantSource clock;

    EndedRuns(Transactions transactions, InstantSource clock) {
        this.transactions = transactions;
        this.journal = new Journal(transactions, clock);
        this.clock = clock;
    }

    /** How a run gets into the chain. */
    interface Recording {

        Head record(RunId run, RunRecord record);
    }

    /** How many wait to be recorded. */
    int waiting() {
        return transactions.once(handle -> handle.createQuery("select count(*) from run r " + UNRECORDED)
                .mapTo(Integer.class)
                .one());
    }

    /**
     * Records the one that ended first of those that wait. In one transaction, so that of several engines on one state only one
     * does it; one that dies in it has recorded nothing here, and finds the entry in its chain again.
     *
     * @return where it is; empty if none waits, or another engine is at it
     */
    Optional<Map.Entry<RunId, Head>> recordNext(Recording recording) {
        return transactions.once(handle -> {
            handle.execute("set local idle_in_transaction_session_timeout = " + PATIENCE.toMillis());
            if (!alone(handle)) {
                return Optional.empty();
            }
            var next = handle.createQuery("select id from run r " + UNRECORDED + " order by finished, id limit 1")
                    .mapTo(String.class)
                    .findOne()
                    .map(RunId::new);
            return next.map(run -> {
                var head = recording.record(run, read(run));
                save(handle, run, head);
                return Map.entry(run, head);
            });
        });
    }

    private static boolean alone(Handle handle) {
        return handle.createQuery("select pg_try_advisory_xact_lock(:number)")
                .bind("number", RECORDING)
                .mapTo(Boolean.class)
                .one();
    }

    private void save(Handle handle, RunId run, Head head) {
        handle.createUpdate("""
                        insert into run_evidence (run, writer, number, hash, at)
                        values (:run, :writer, :number, :hash, :at)""")
                .bind("run", run.value())
                .bind("writer", head.key().writer())
                .bind("number", head.number())
                .bind("hash", head.hash())
                .bind("at", clock.instant())
                .execute();
    }

    /** The number of the newest entry of a writer that this database knows; 0 if it knows none. */
    int newest(String writer) {
        return transactions.once(
                handle -> handle.createQuery("select coalesce(max(number), 0) from run_evidence where writer = :writer")
                        .bind("writer", writer)
                        .mapTo(Integer.class)
                        .one());
    }

    private RunRecord read(RunId id) {
        var events = new ArrayList<Event>();
        int said = 0;
        var next = journal.events(id, 0, AT_ONCE);
        while (!next.isEmpty()) {
            next.stream().filter(event -> event.type() != EventType.LOG).forEach(events::add);
            said += (int)
                    next.stream().filter(event -> event.type() == EventType.LOG).count();
            next = journal.events(id, next.getLast().id(), AT_ONCE);
        }
        int lines = said;
        return journal.read(
                id,
                writing -> new RunRecord(writing.run(), writing.steps(), asked(writing.handle(), id), events, lines));
    }

    private record Decided(String step, int attempt, RunRecord.Given given) {}

    private static List<RunRecord.Asked> asked(Handle handle, RunId id) {
        var decided = decided(handle, id).stream()
                .collect(Collectors.groupingBy(
                        one -> Map.entry(one.step(), one.attempt()),
                        Collectors.mapping(Decided::given, Collectors.toList())));
        return handle.createQuery("""
                        select step, attempt, statement, approvers, quorum, asked, expires from approval
                        where run = :run order by asked, step, attempt""")
                .bind("run", id.value())
                .map((row, _) -> new RunRecord.Asked(
                        row.getString("step"),
                        row.getInt("attempt"),
                        row.getString("statement"),
                        Texts.map(row.getString("approvers")),
                        row.getInt("quorum"),
                        row.getTimestamp("asked").toInstant(),
                        row.getTimestamp("expires").toInstant(),
                        decided.getOrDefault(Map.entry(row.getString("step"), row.getInt("attempt")), List.of())))
                .list();
    }

    private static List<Decided> decided(Handle handle, RunId id) {
        return handle.createQuery("""
                        select step, attempt, signer, public_key, decision, signature, comment, at from signature
                        where run = :run order by at, signer""")
                .bind("run", id.value())
                .map((row, _) -> new Decided(
                        row.getString("step"),
                        row.getInt("attempt"),
                        new RunRecord.Given(
                                row.getString("signer"),
                                row.getString("public_key"),
                                row.getString("decision"),
                                row.getString("signature"),
                                row.getString("comment"),
                                row.getTimestamp("at").toInstant())))
                .list();
    }
}
