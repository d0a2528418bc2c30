package io.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.testkit.programs.ServerFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Runs by the command line: begun, shown, and controlled by a person who was needed. */
class RunCommandsIT {

    private static final String PLAN = """
            plan:
              name: lighthouse
              title: What the keepers do
              overview: For a test.
              version: "1"
              updated: 2026-01-15
              next-review: 2099-01-15
              owner: The keepers
            objectives:
              rto: { target: 1h, description: The light is back }
              rpo: { target: 5m, description: Nothing of the log is lost }
              mttr: { target: 30m, description: Usually }
            procedures:
              relight:
                title: Relight the lamp
                use: The lamp is out
                parameters:
                  lamp:
                    description: Which one
                steps:
                  - id: oil
                    title: Fill in oil
                    uses: command
                    with:
                      argv: [echo, "oil for ${parameters.lamp}"]
                      target: ${parameters.lamp}
                    timeout: 1m
                  - id: see
                    title: See the light
                    uses: command.check
                    with:
                      argv: [echo, "${steps.oil.stdout}"]
                      stdout-equals: oil for ${parameters.lamp}
                    timeout: 1m
              wait-for-ship:
                title: Wait for the ship
                use: Oil has run out
                steps:
                  - id: ship
                    title: The ship is there
                    uses: command.check
                    with:
                      argv: [test, -e, "${environment.harbour}/ship"]
                    timeout: 1m
                  - id: unload
                    title: Unload it
                    uses: command
                    with:
                      argv: [touch, "${environment.harbour}/unloaded"]
                    timeout: 1m
              open-tower:
                title: Open the tower
                use: The keeper is locked out
                steps:
                  - id: ask
                    title: Ask the other keeper
                    uses: approval
                    with: { from: [anna, bernd], quorum: 1, expires: 5m, shown: the tower }
                  - id: open
                    title: Open it
                    uses: command
                    with:
                      argv: [touch, "${environment.harbour}/open"]
                    timeout: 1m
              signal:
                title: Signal
                use: For ships
                steps:
                  - id: light
                    title: Light it
                    uses: wait
                    with: {duration: 6s }
                    timeout: 1m
                  - id: note
                    title: Note it
                    uses: command
                    with:
                      argv: [touch, "${environment.harbour}/noted"]
                    timeout: 1m
              sound-horn:
                title: Sound the horn
                use: There is fog
                steps:
                  - id: sound
                    title: Sound it
                    when: ${facts.fog} == thick
                    uses: command
                    with:
                      argv: [touch, "${environment.harbour}/sounded"]
                    timeout: 1m
            contacts:
              anna: { role: Keeper, name: Anna, keys: [KEY] }
              bernd: { role: Keeper, name: Bernd, keys: [SECOND] }
            environments:
              island:
                title: The island
                values:
                  harbour: HARBOUR
            """;

    private static final Path KEYS = Path.of("../runbook/src/test/resources/io/holdfast/runbook/approval");

    @TempDir(factory = ServerFolder.class)
    private static Path folder;

    private static CommandRun commands;

    @BeforeAll
    static void writePlan() throws IOException {
        Files.writeString(
                folder.resolve("plan.yaml"),
                PLAN.replace("HARBOUR", folder.toString())
                        .replace(
                                "KEY", Files.readString(KEYS.resolve("key.pub")).strip())
                        .replace(
                                "SECOND",
                                Files.readString(KEYS.resolve("second-key.pub")).strip()));
        commands = new CommandRun(folder).variable("HOLDFAST_PLAN", "plan.yaml");
    }

    @Test
    void a_run_is_told_while_it_happens_and_can_be_looked_at_afterwards() {
        var ended = commands.run("run", "relight", "--set", "lamp=north", "--state", "state", "-o", "json");

        assertThat(ended.exitCode()).describedAs(ended.err()).isZero();
        assertThat(ended.err()).contains("oil").contains("see");
        var run = json(ended.out());
        assertThat(run.path("state").asString()).isEqualTo("completed");
        assertThat(run.at("/steps/0/outputs/stdout").asString()).isEqualTo("oil for north");
        assertThat(run.path("objectiveSeconds").asInt()).isEqualTo(3600);

        var list = json(
                commands.run("runs", "list", "--state", "state", "-o", "json").out());
        assertThat(list.findValuesAsString("id")).contains(run.path("id").asString());
        var shown = commands.run("runs", "show", run.path("id").asString(), "--log", "--state", "state");
        assertThat(shown.out())
                .contains("Relight the lamp")
                .contains("state       completed")
                .contains("objective 1 h 0 min")
                .contains("oil for north");
    }

    @Test
    void a_step_that_fails_waits_for_a_person_who_retries_it() throws IOException {
        Files.deleteIfExists(folder.resolve("ship"));
        Files.deleteIfExists(folder.resolve("unloaded"));

        var waiting = commands.run("run", "wait-for-ship", "--state", "state", "-o", "json");

        assertThat(waiting.exitCode()).isEqualTo(1);
        var id = json(waiting.out()).path("id").asString();
        assertThat(json(waiting.out()).path("state").asString()).isEqualTo("paused by failed step");
        assertThat(commands.run("runs", "show", id, "--state", "state").out())
                .contains("holdfast runs retry %s ship".formatted(id));
        var second = commands.run("run", "wait-for-ship", "--state", "state");
        assertThat(second.exitCode()).isEqualTo(3);
        assertThat(second.err()).contains(id);

        Files.createFile(folder.resolve("ship"));
        assertThat(commands.run("runs", "retry", id, "ship", "--state", "state").exitCode())
                .isZero();
        var resumed = commands.run("runs", "resume", id, "--state", "state", "-o", "json");

        assertThat(resumed.exitCode())
                .describedAs(resumed.err() + resumed.out())
                .isZero();
        assertThat(json(resumed.out()).path("state").asString()).isEqualTo("completed");
        assertThat(folder.resolve("unloaded")).exists();
    }

    /** A run that its first step, which failed, has paused. */
    private static String waitingForShip() throws IOException {
        Files.deleteIfExists(folder.resolve("ship"));
        var waiting = commands.run("run", "wait-for-ship", "--state", "state", "-o", "json");
        return json(waiting.out()).path("id").asString();
    }

    @Test
    void a_step_is_retried_and_the_run_goes_on_in_one_command() throws IOException {
        var id = waitingForShip();
        Files.deleteIfExists(folder.resolve("unloaded"));
        Files.createFile(folder.resolve("ship"));

        var both = commands.run("runs", "resume", id, "--retry", "ship", "--detach", "--state", "state");
        assertThat(both.exitCode()).isEqualTo(2);
        assertThat(both.err()).contains("holdfast runs retry");
        var resumed = commands.run("runs", "resume", id, "--retry", "ship", "--state", "state", "-o", "json");

        assertThat(resumed.exitCode())
                .describedAs(resumed.err() + resumed.out())
                .isZero();
        assertThat(json(resumed.out()).path("state").asString()).isEqualTo("completed");
        assertThat(folder.resolve("unloaded")).exists();
    }

    @Test
    void what_was_skipped_is_never_shown_as_completed() throws IOException {
        var id = waitingForShip();

        var skipped = commands.run("runs", "skip", id, "ship", "--reason", "it was seen", "--state", "state");
        var resumed = commands.run("runs", "resume", id, "--state", "state", "-o", "json");

        assertThat(skipped.exitCode()).describedAs(skipped.err()).isZero();
        assertThat(resumed.exitCode()).isEqualTo(1);
        assertThat(json(resumed.out()).path("state").asString()).isEqualTo("completed with exceptions");
    }

    @Test
    void what_was_canceled_has_ended() throws IOException {
        var id = waitingForShip();

        assertThat(commands.run("runs", "cancel", id, "--reason", "no oil needed", "--state", "state")
                        .exitCode())
                .isZero();

        var resumed = commands.run("runs", "resume", id, "--state", "state");
        assertThat(resumed.exitCode()).isEqualTo(3);
        assertThat(resumed.err()).contains("canceled");
    }

    @Test
    void an_approval_is_a_signature_of_one_who_was_asked_and_did_not_start_the_run() throws Exception {
        var stranger = commands.run("run", "open-tower", "--as", "mallory", "--state", "state");
        assertThat(stranger.exitCode()).isEqualTo(2);
        assertThat(stranger.err())
                .contains("'mallory' is no contact of the plan")
                .contains("anna, bernd");

        var alone = commands.run("run", "open-tower", "--as", "bernd", "--state", "alone", "-o", "json");
        assertThat(alone.exitCode()).isEqualTo(1);
        assertThat(alone.out()).contains("nobody has proven to be 'bernd' who started the run");
        var own = KEYS.resolve("second-key").toAbsolutePath().toString();
        var forged = commands.run("run", "open-tower", "--as", "anna", "--key", own, "--state", "alone");
        assertThat(forged.err()).contains("the key of this signature is none that the plan has of 'anna'");

        var run = commands.start("run", "open-tower", "--as", "bernd", "--key", own, "--state", "state", "-o", "json");
        try {
            var id = waiting(run, "open-tower", "waiting for approval");
            var key = KEYS.resolve("key").toAbsolutePath().toString();
            var statement = commands.run("runs", "approve", id, "ask", "--print", "--state", "state");
            assertThat(statement.out())
                    .contains("decision: approve")
                    .contains("starter: bernd")
                    .contains("the tower");
            Files.writeString(folder.resolve("forged"), "hello");
            var hello = commands.run(
                    "runs",
                    "approve",
                    id,
                    "ask",
                    "--signature",
                    folder.resolve("forged").toString(),
                    "--state",
                    "state");
            assertThat(hello.exitCode()).describedAs(hello.err()).isNotZero();

            var approved = commands.run("runs", "approve", id, "ask", "--key", key, "--state", "state");

            assertThat(approved.exitCode()).describedAs(approved.err()).isZero();
            assertThat(run.waitFor(5, TimeUnit.MINUTES)).isTrue();
            assertThat(run.exitValue()).isZero();
            assertThat(folder.resolve("open")).exists();
        } finally {
            run.destroyForcibly();
        }
    }

    @Test
    void a_resident_goes_on_with_the_run_of_a_process_that_was_killed() throws Exception {
        var run = commands.start("run", "signal", "--state", "state");
        var id = waiting(run, "signal", "running");
        run.destroyForcibly().waitFor();
        var resident = commands.start("serve", "--state", "state");
        try {
            await().atMost(Duration.ofMinutes(2))
                    .until(() -> json(commands.run("runs", "show", id, "--state", "state", "-o", "json")
                                    .out())
                            .path("state")
                            .asString()
                            .equals("completed"));
            assertThat(folder.resolve("noted")).exists();
            assertThat(commands.run("runs", "show", id, "--log", "--state", "state")
                            .out())
                    .contains("executed by serve@");
            resident.destroy();
            assertThat(resident.waitFor(5, TimeUnit.MINUTES)).isTrue();
            assertThat(resident.exitValue()).isEqualTo(143);
        } finally {
            resident.destroyForcibly();
        }
    }

    /** The run of a procedure once it is in a state, which a process brings it to. */
    private static String waiting(Process process, String procedure, String state) {
        return await().failFast(() -> assertThat(process.isAlive())
                        .describedAs(() -> said("out") + said("err"))
                        .isTrue())
                .atMost(Duration.ofMinutes(5))
                .until(
                        () -> json(commands.run("runs", "list", "--open", "--state", "state", "-o", "json")
                                        .out())
                                .valueStream()
                                .filter(run -> run.path("procedure").asString().equals(procedure)
                                        && run.path("state").asString().equals(state))
                                .map(run -> run.path("id").asString())
                                .findFirst(),
                        Optional::isPresent)
                .orElseThrow();
    }

    private static String said(String stream) {
        try {
            return Files.readString(folder.resolve(stream));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void a_fact_that_is_said_at_the_start_decides_what_is_done() {
        var unsaid = commands.run("run", "sound-horn", "--dry-run");
        assertThat(unsaid.exitCode()).isEqualTo(1);
        assertThat(unsaid.out()).contains("${facts.fog} has no value");

        var thin = commands.run("run", "sound-horn", "--fact", "fog=thin", "--state", "state");
        assertThat(thin.exitCode()).describedAs(thin.err()).isZero();
        assertThat(folder.resolve("sounded")).doesNotExist();

        var thick = commands.run("run", "sound-horn", "--fact", "fog=thick", "--state", "state");
        assertThat(thick.exitCode()).describedAs(thick.err()).isZero();
        assertThat(folder.resolve("sounded")).exists();
    }

    @Test
    void a_plan_with_errors_is_not_run_before_somebody_says_so() throws IOException {
        var plan = Files.readString(folder.resolve("plan.yaml")).replace("stdout-equals", "stdout-is");
        Files.writeString(folder.resolve("wrong.yaml"), plan);

        var refused =
                commands.run("run", "relight", "--set", "lamp=north", "--plan", "wrong.yaml", "--state", "untouched");

        assertThat(refused.exitCode()).isEqualTo(2);
        assertThat(refused.err()).contains("stdout-is").contains("HINT");
        assertThat(folder.resolve("untouched")).doesNotExist();
    }

    @Test
    void a_dry_run_says_what_would_be_done_and_makes_nothing() {
        var dry = commands.run("run", "relight", "--set", "lamp=north", "--dry-run", "--state", "untouched");

        assertThat(dry.exitCode()).describedAs(dry.err() + dry.out()).isZero();
        assertThat(dry.out()).contains("oil");
        assertThat(dry.err()).contains("nothing was touched");
        assertThat(folder.resolve("untouched")).doesNotExist();
    }

    @Test
    void what_the_plan_does_not_say_is_refused_before_anything_is_opened() {
        var unknown = commands.run("run", "extinguish", "--state", "untouched");
        var elsewhere = commands.run("run", "relight", "--environment", "mainland", "--state", "untouched");
        var nameless = new CommandRun(folder).run("run", "relight", "--state", "untouched");

        assertThat(unknown.exitCode()).isEqualTo(2);
        assertThat(unknown.err()).contains("no procedure 'extinguish'").contains("relight, wait-for-ship");
        assertThat(elsewhere.exitCode()).isEqualTo(2);
        assertThat(elsewhere.err()).contains("no environment 'mainland'").contains("island");
        assertThat(nameless.exitCode()).isEqualTo(2);
        assertThat(nameless.err()).contains("--plan");
        assertThat(folder.resolve("untouched")).doesNotExist();
    }

    private static JsonNode json(String text) {
        return JsonMapper.shared().readTree(text);
    }
}
