package io.holdfast.runbook.run;

import static io.holdfast.runbook.run.Plans.procedure;
import static io.holdfast.runbook.run.Plans.request;
import static io.holdfast.runbook.run.Plans.step;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.holdfast.embedded.PostgresBinaries;
import io.holdfast.embedded.RunningServer;
import io.holdfast.plan.procedure.Step;
import io.holdfast.runbook.journal.RunId;
import io.holdfast.runbook.journal.RunState;
import io.holdfast.runbook.journal.StepState;
import io.holdfast.runbook.state.StateDatabase;
import io.holdfast.runbook.state.StateLocation;
import io.holdfast.testkit.programs.NeedsSmallDisk;
import io.holdfast.testkit.programs.ServerFolder;
import io.holdfast.testkit.programs.SmallDisk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateTroubleIT {

    @TempDir(factory = ServerFolder.class)
    Path folder;

    @Test
    void a_run_goes_on_when_the_state_server_is_restarted_in_the_middle_of_it() throws Exception {
        var effects = State.effects(folder);
        try (var state = new State(folder);
                var runs = state.runs(effects)) {
            var id = runs.start(request(procedure(
                    "restart",
                    step("first", "once", "line", "first", "takes", "1s"),
                    step("second", "once", "line", "second"))));
            var execution = Background.execute(runs, id);
            Until.step(runs, id, "first", StepState.RUNNING);

            server().stop(PostgresBinaries.version18(), Duration.ofMinutes(1));
            var view = execution.end();

            assertThat(view.run().state()).isEqualTo(RunState.COMPLETED);
            assertThat(EffectAction.lines(effects)).containsExactly("first", "second");
        }
        assertThat(RunningServer.in(data())).isEmpty();
    }

    @Test
    @NeedsSmallDisk
    void a_run_waits_while_the_disk_of_the_state_is_full_and_goes_on_when_there_is_space() throws Exception {
        var effects = State.effects(folder);
        var place = Files.createDirectory(folder.resolve("state"));
        try (var _ = SmallDisk.mount(place, "size=160m")) {
            try (var state = new State(folder);
                    var runs = state.runs(effects)) {
                var id = runs.start(request(procedure("full", many(100))));
                var execution = Background.execute(runs, id);
                Until.step(runs, id, "s0", StepState.RUNNING);

                fill(place.resolve("filler"));
                await().until(() -> state.count("select count(*) from event where at > now() - interval '2 s'") == 0);

                assertThat(execution.isOver()).isFalse();
                assertThat(EffectAction.lines(effects))
                        .hasSizeLessThan(100)
                        .hasSizeBetween(
                                state.count("select count(*) from event where type = 'OUTCOME'"),
                                state.count("select count(*) from event where type = 'INTENT'"));
                Files.delete(place.resolve("filler"));
                var view = execution.end();

                assertThat(view.run().state()).isEqualTo(RunState.COMPLETED);
                assertThat(EffectAction.lines(effects)).hasSize(100).doesNotHaveDuplicates();
            }
        }
    }

    @Test
    @NeedsSmallDisk
    void a_run_goes_on_when_the_state_server_has_died_of_a_full_disk_and_there_is_space_again() throws Exception {
        var effects = State.effects(folder);
        var place = Files.createDirectory(folder.resolve("state"));
        try (var _ = SmallDisk.mount(place, "size=160m")) {
            try (var state = new State(folder);
                    var runs = state.runs(effects)) {
                var id = runs.start(request(procedure(
                        "dead",
                        step("first", "once", "line", "first", "takes", "2s"),
                        step("second", "once", "line", "second"))));
                var execution = Background.execute(runs, id);
                Until.step(runs, id, "first", StepState.RUNNING);

                fill(place.resolve("filler"));
                assertThatThrownBy(() -> {
                            while (true) {
                                state.sql(
                                        "select pg_switch_wal(), pg_logical_emit_message(true, '', repeat('x', 1000))");
                            }
                        })
                        .isInstanceOf(SQLException.class);
                await().until(() -> EffectAction.lines(effects), lines -> lines.contains("first"));
                assertThat(execution.isOver()).isFalse();
                Files.delete(place.resolve("filler"));

                assertThat(execution.end().run().state()).isEqualTo(RunState.COMPLETED);
                assertThat(EffectAction.lines(effects)).containsExactly("first", "second");
            }
        }
    }

    @Test
    void who_attaches_takes_the_server_over_when_its_owner_ends_and_keeps_the_password_from_others() throws Exception {
        var effects = State.effects(folder);
        var id = started(effects);
        var child = EngineMain.start(folder.resolve("state"), effects, id, 0, false);
        await().atMost(Duration.ofSeconds(60)).until(() -> RunningServer.in(data()), Optional::isPresent);
        try (var attached = StateDatabase.open(location())) {
            var server = server();
            child.destroyForcibly().waitFor();

            assertThat(RunningServer.in(data())).contains(server);
            assertThat(attached.source().getConnection().isValid(5)).isTrue();
        }
        await().until(() -> RunningServer.in(data()), Optional::isEmpty);
        assertThat(Files.getPosixFilePermissions(folder.resolve("state").resolve("password")))
                .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    }

    /** A run that takes long, for a process that is to be killed. */
    private RunId started(Path effects) {
        try (var state = new State(folder);
                var runs = state.runs(effects)) {
            return runs.submit(request(procedure("owner", step("slow", "once", "line", "slow", "takes", "1h"))));
        }
    }

    /** The first takes long. */
    private static Step[] many(int count) {
        return IntStream.range(0, count)
                .mapToObj(n -> step("s" + n, "once", "line", "s" + n, "takes", n == 0 ? "1s" : "0s"))
                .toArray(Step[]::new);
    }

    private static void fill(Path file) throws IOException {
        try (var filler = Files.newOutputStream(file)) {
            while (true) {
                filler.write(new byte[4096]);
            }
        } catch (IOException e) {
            assertThat(e).hasMessageContaining("No space left");
        }
    }

    private StateLocation location() {
        return new StateLocation.Folder(folder.resolve("state"));
    }

    private Path data() {
        return folder.resolve("state").resolve("data");
    }

    private RunningServer server() {
        return RunningServer.in(data()).orElseThrow();
    }
}
