package io.holdfast.runbook.run;

import static io.holdfast.runbook.run.Plans.procedure;
import static io.holdfast.runbook.run.Plans.request;
import static io.holdfast.runbook.run.Plans.step;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.embedded.PostgresBinaries;
import io.holdfast.embedded.RunningServer;
import io.holdfast.runbook.journal.RunId;
import io.holdfast.runbook.journal.RunState;
import io.holdfast.runbook.journal.StepState;
import io.holdfast.runbook.state.StateDatabase;
import io.holdfast.runbook.state.StateLocation;
import io.holdfast.testkit.programs.ServerFolder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Optional;
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
