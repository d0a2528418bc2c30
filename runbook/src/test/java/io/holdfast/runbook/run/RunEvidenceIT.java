package io.holdfast.runbook.run;

import static io.holdfast.runbook.run.Plans.procedure;
import static io.holdfast.runbook.run.Plans.request;
import static io.holdfast.runbook.run.Plans.step;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.plan.procedure.Step;
import io.holdfast.plan.procedure.Template;
import io.holdfast.plan.procedure.Work;
import io.holdfast.repository.Repository;
import io.holdfast.repository.disk.LocalDisk;
import io.holdfast.repository.document.Json;
import io.holdfast.repository.evidence.EvidenceArchive;
import io.holdfast.repository.evidence.EvidenceChain;
import io.holdfast.repository.evidence.EvidenceEntry;
import io.holdfast.repository.evidence.EvidenceKind;
import io.holdfast.repository.evidence.EvidenceReport.Verdict;
import io.holdfast.repository.evidence.EvidenceSigner;
import io.holdfast.repository.evidence.Head;
import io.holdfast.repository.evidence.TrustedEvidence;
import io.holdfast.repository.key.KeyFileKey;
import io.holdfast.repository.store.FilesystemStore;
import io.holdfast.runbook.approval.Decision;
import io.holdfast.runbook.approval.SshSignature;
import io.holdfast.runbook.approval.TestKeys;
import io.holdfast.runbook.evidence.RunEvidence;
import io.holdfast.runbook.journal.OnFailure;
import io.holdfast.runbook.journal.RunId;
import io.holdfast.runbook.journal.RunState;
import io.holdfast.testkit.programs.ServerFolder;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunEvidenceIT {

    private static final TestKeys ANNA = TestKeys.make();
    private static final TestKeys TESTER = TestKeys.make();
    private static final SecureRandom RANDOM = new SecureRandom();

    @TempDir(factory = ServerFolder.class)
    static Path folder;

    static State state;

    @TempDir
    Path own;

    Runs runs;
    Repository repository;
    RunEvidence evidence;

    @BeforeAll
    static void open() {
        state = new State(folder);
    }

    @AfterAll
    static void end() {
        state.close();
    }

    @BeforeEach
    void begin() {
        runs = state.runs(State.effects(folder));
        repository = Repository.initialise(
                FilesystemStore.create(new LocalDisk(), own.resolve("store"), InstantSource.system()),
                "lighthouse",
                KeyFileKey.generate(own.resolve("key"), RANDOM),
                InstantSource.system(),
                RANDOM);
        evidence = new RunEvidence(state.database, InstantSource.system());
        // What other tests left.
        evidence.record(chain("earlier"));
    }

    @AfterEach
    void close() {
        repository.close();
        runs.close();
    }

    private EvidenceChain chain(String name) {
        return new EvidenceChain(
                repository, EvidenceSigner.generate(own.resolve(name), RANDOM), InstantSource.system());
    }

    private List<EvidenceEntry> entries(EvidenceChain chain) {
        return EvidenceArchive.of(repository).read(found -> found.entry().orElseThrow(), _ -> {}).stream()
                .filter(entry -> entry.key().equals(chain.key()))
                .toList();
    }

    private RunId completed(String name) throws InterruptedException {
        var view = runs.execute(runs.start(request(procedure(name, step("only", "once", "line", "x")))));
        assertThat(view.run().state()).isEqualTo(RunState.COMPLETED);
        return view.run().id();
    }

    @Test
    void a_run_that_has_ended_is_recorded_once_and_one_that_has_not_is_not() throws Exception {
        var done = completed("done");
        var waiting = runs.submit(request(procedure("waiting", step("only", "once", "line", "y"))));
        var chain = chain("engine");

        assertThat(evidence.waiting()).isEqualTo(1);
        assertThat(evidence.record(chain)).containsOnlyKeys(done);
        assertThat(evidence.record(chain)).isEmpty();

        var content = entries(chain).getFirst().content();
        assertThat(content.path("run").path("id").asString()).isEqualTo(done.value());
        assertThat(content.path("run").path("state").asString()).isEqualTo("COMPLETED");
        assertThat(content.path("steps").get(0).path("outputs").isObject()).isTrue();
        assertThat(content.path("events").findValuesAsString("type")).contains("INTENT", "OUTCOME", "ENDED");
        runs.cancel(waiting, "tester", "");
        assertThat(evidence.record(chain)).containsOnlyKeys(waiting);
    }

    @Test
    void what_a_failed_step_answered_is_in_it() throws Exception {
        var view = runs.execute(runs.start(request(procedure("fails", step("only", "once", "line", "x", "fails", "1")))
                .withOnFailure(OnFailure.FAIL)));
        var chain = chain("failing");

        assertThat(evidence.record(chain)).containsOnlyKeys(view.run().id());

        var step = entries(chain).getFirst().content().path("steps").get(0);
        assertThat(step.path("message").asString()).isEqualTo("it fails");
        assertThat(step.path("outputs").path("written").asString()).isEqualTo("nothing of x");
    }

    @Test
    void an_approval_in_it_can_be_checked_by_anybody() throws Exception {
        var approval =
                new Work.Approval(List.of("anna"), 1, Duration.ofMinutes(5), Template.literal("loses 5 minutes"));
        var definition = Plans.approvedBy(
                Map.of("anna", ANNA.line(), "tester", TESTER.line()),
                Plans.definition(Map.of(), procedure("asks", Step.of("ask", "ask", approval))));
        var id = runs.start(
                RunRequest.recovery(definition, "tester", Optional.empty()).withProof(TESTER::sign));
        var execution = Background.execute(runs, id);
        Until.run(runs, id, RunState.WAITING_FOR_APPROVAL);
        var statement = runs.asked(id, "ask").orElseThrow().statement(Decision.APPROVE);
        runs.decide(id, "ask", Decision.APPROVE, ANNA.sign(statement), "go on");
        execution.end();
        var chain = chain("engine");
        evidence.record(chain);

        var content = entries(chain).getFirst().content();
        assertThat(content.path("events").findValuesAsString("type")).contains("STARTER_PROVEN");
        assertThat(content.path("events").toString()).contains("tester, by a signature with " + TESTER.line());
        var asked = content.path("approvals").get(0);
        var given = asked.path("decisions").get(0);
        assertThat(given.path("comment").asString()).isEqualTo("go on");
        var signed =
                "holdfast approval 1\ndecision: approve\n" + asked.path("body").asString();
        assertThat(SshSignature.verify(given.path("signature").asString(), signed)
                        .signer())
                .isEqualTo(ANNA.publicKey());
    }

    @Test
    void an_engine_that_died_between_chain_and_database_leaves_one_entry() throws Exception {
        var chain = chain("engine");
        completed("before");
        evidence.record(chain);
        var died = completed("died");
        var head = evidence.record(chain).get(died);
        forget(died);

        assertThat(evidence.record(chain)).isEqualTo(Map.of(died, head));
        assertThat(entries(chain))
                .extracting(EvidenceEntry::subject)
                .endsWith(died.value())
                .hasSize(2);
    }

    /** As the state database is that never knew, or was restored to before. */
    private static void forget(RunId run) {
        try (var session = state.database.source().getConnection();
                var forget = session.prepareStatement("delete from run_evidence where run = ?")) {
            forget.setString(1, run.value());
            forget.executeUpdate();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void a_run_that_ended_in_another_way_than_the_chain_knows_is_recorded_once_more() throws Exception {
        var chain = chain("engine");
        var again = completed("again");
        chain.add(EvidenceKind.RUN, again.value(), Json.mapper().createObjectNode());

        assertThat(evidence.record(chain)).containsOnlyKeys(again);

        assertThat(entries(chain)).extracting(EvidenceEntry::subject).containsExactly(again.value(), again.value());
    }

    @Test
    void however_much_its_steps_say_the_end_of_a_run_is_in_it() throws Exception {
        var talks = runs.submit(request(procedure("talks", step("only", "once", "line", "z"))));
        try (var session = state.database.source().getConnection();
                var talk = session.prepareStatement("""
                        insert into event (run, at, epoch, engine, step, attempt, type, text)
                        select ?, now(), 0, '', 'only', 1, 'LOG', 'a line' from generate_series(1, 100001)""")) {
            talk.setString(1, talks.value());
            talk.executeUpdate();
        }
        runs.cancel(talks, "tester", "");
        var chain = chain("engine");
        evidence.record(chain);

        var content = entries(chain).getFirst().content();
        assertThat(content.path("said").asInt()).isEqualTo(100_001);
        assertThat(content.path("events").findValuesAsString("type")).endsWith("ENDED");
    }

    @Test
    void a_store_that_is_slow_does_not_end_the_transaction() throws Exception {
        var slow = completed("slow");
        var key = EvidenceSigner.generate(own.resolve("slow"), RANDOM);
        var chain = new EvidenceChain(repository, key, () -> {
            LockSupport.parkNanos(Duration.ofMillis(5500).toNanos());
            return Instant.now();
        });

        assertThat(evidence.record(chain)).containsOnlyKeys(slow);
    }

    @Test
    void of_several_engines_on_one_state_one_records_a_run() throws Exception {
        var ids = IntStream.range(0, 12)
                .mapToObj(number -> {
                    try {
                        return completed("many-" + number);
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                })
                .toList();
        var first = chain("first");
        var second = chain("second");

        try (var threads = Executors.newFixedThreadPool(2)) {
            for (var recording :
                    threads.invokeAll(List.of(() -> evidence.record(first), () -> evidence.record(second)))) {
                recording.get();
            }
        }
        evidence.record(first);

        var recorded = List.of(first, second).stream()
                .flatMap(chain -> entries(chain).stream())
                .map(EvidenceEntry::subject)
                .toList();
        assertThat(recorded)
                .containsExactlyInAnyOrderElementsOf(
                        ids.stream().map(RunId::value).toList());
        var heads = List.of(first, second).stream()
                .filter(chain -> !entries(chain).isEmpty())
                .map(EvidenceChain::key)
                .toList();
        assertThat(EvidenceArchive.of(repository)
                        .verify(new TrustedEvidence(Set.copyOf(heads), Set.of(), Optional.of(repository.id())))
                        .verdict())
                .isNotEqualTo(Verdict.BROKEN);
    }

    @Test
    void the_order_is_that_in_which_they_ended() throws Exception {
        var one = completed("one");
        var two = completed("two");
        var chain = chain("engine");

        assertThat(evidence.record(chain).values()).extracting(Head::number).containsExactly(1, 2);
        assertThat(entries(chain)).extracting(EvidenceEntry::subject).containsExactly(one.value(), two.value());
    }
}
