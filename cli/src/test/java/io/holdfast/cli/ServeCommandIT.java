package io.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.testkit.programs.ServerFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Recurring work of a plan, done by a resident. */
class ServeCommandIT {

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
              look-out:
                title: Look out
                use: Always
                parameters:
                  where: { description: From where }
                steps:
                  - id: see
                    title: See whether ships come
                    uses: command.check
                    with: { argv: [echo, "${parameters.where}"], stdout-equals: on the rock }
                    timeout: 1m
                  - id: horn
                    title: The horn sounds
                    uses: command.check
                    with: { argv: ["true"] }
                    timeout: 1m
            environments:
              island: { title: The island, values: { place: on the rock } }
              mainland: { title: The mainland, values: { place: in the harbour } }
            recurring:
              lookout:
                title: Look out
                environment: island
                every: 1s
                procedure: look-out
                parameters: { where: "${environment.place}" }
              check:
                title: Can the plan work
                environment: island
                every: 1s
                task: check-plan
              capture:
                title: Is the log kept
                environment: island
                every: 1s
                task: watch-capture
            """;

    @TempDir(factory = ServerFolder.class)
    private Path folder;

    private CommandRun commands;

    @BeforeEach
    void prepare() throws IOException {
        edit(PLAN);
        commands = new CommandRun(folder).variable("HOLDFAST_PLAN", "plan.yaml");
    }

    /** At once, as an editor or a deployment does. */
    private void edit(String plan) throws IOException {
        Files.writeString(folder.resolve("edited.yaml"), plan);
        Files.move(
                folder.resolve("edited.yaml"),
                folder.resolve("plan.yaml"),
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
    }

    @Test
    void the_recurring_work_of_the_plan_as_it_is_now_is_done_and_recorded() throws Exception {
        var resident = commands.start("serve", "--state", "state");
        try {
            newest("look-out", "completed");
            newest("recurring/check", "completed");
            var unwatched = newest("recurring/capture", "failed");
            assertThat(unwatched.path("message").asString()).contains("repository.path");

            edit(PLAN.replace("[\"true\"]", "[/no/such/horn]"));
            var noHorn = newest("recurring/check", "failed");
            assertThat(noHorn.path("message").asString()).contains("step horn").contains("/no/such/horn");
            var found = outputs(noHorn);
            assertThat(found.path("errors").asString()).isEqualTo("1");
            assertThat(found.path("findings").asString())
                    .startsWith("error: line ")
                    .contains("/no/such/horn");
            newest("look-out", "failed");

            edit(PLAN.replace("stdout-equals", "stdout-is"));
            var refused = newest("look-out", "failed", "the plan has errors (1), the first in line ");
            assertThat(refused.path("message").asString()).contains("stdout-is");
            newest("recurring/check", "failed", "stdout-is");

            edit("plan: [");
            newest("look-out", "failed", "plan.yaml:1:");

            edit(PLAN.substring(0, PLAN.indexOf("  capture:")));
            newest("look-out", "completed");
            newest("recurring/check", "completed");
            var last = find("recurring/capture").orElseThrow();
            for (var times = 0; times < 2; times++) {
                var before = find("recurring/check").orElseThrow();
                await().atMost(Duration.ofMinutes(5))
                        .until(() -> !find("recurring/check").orElseThrow().equals(before));
            }
            assertThat(find("recurring/capture").orElseThrow()).isEqualTo(last);
        } finally {
            resident.destroy();
            resident.waitFor();
        }
    }

    @Test
    void nothing_is_run_by_a_plan_whose_change_nobody_has_signed() throws Exception {
        var keys = Path.of("../runbook/src/test/resources/io/holdfast/runbook/approval")
                .toAbsolutePath();
        var owned = PLAN.replace("owner: The keepers", "owner: The keepers\n  changes: { from: [Keeper], quorum: 1 }")
                        .replace("task: watch-capture", "task: check-plan")
                + "contacts:\n  anna: { role: Keeper, name: Anna, keys: [%s] }\n"
                        .formatted(Files.readString(keys.resolve("key.pub")).strip());
        edit(owned);
        commands = commands.variable("HOLDFAST_REPOSITORY_PATH", "repository")
                .variable("HOLDFAST_REPOSITORY_KEY_FILE", "key")
                .variable("HOLDFAST_STATE_DIRECTORY", "host");
        assertThat(commands.run("init", "--name", "lighthouse", "--generate-key")
                        .exitCode())
                .isZero();
        var signed = keys.resolve("key").toString();
        assertThat(commands.run("plan", "publish", "plan.yaml", "--key", signed).err())
                .doesNotContain("ERROR");
        edit(owned.replace("[\"true\"]", "[touch, mischief]"));

        var resident = commands.start("serve", "--state", "state");
        try {
            newest("look-out", "failed", "this is not the plan in force, which is number 1");
            // There is no backup, which only a check that was made finds out.
            newest("recurring/check", "failed", "backup");
            assertThat(folder.resolve("mischief")).doesNotExist();

            edit(owned);
            newest("look-out", "completed");
        } finally {
            resident.destroy();
            resident.waitFor();
        }
    }

    @Test
    void which_environments_are_served_is_said_where_the_plan_leaves_a_choice() throws IOException {
        edit(PLAN.replace(
                "environment: island\n    every: 1s\n    task: check",
                "environment: mainland\n    every: 1s\n    task: check"));

        var undecided = commands.run("serve", "--state", "untouched");
        assertThat(undecided.exitCode()).isEqualTo(2);
        assertThat(undecided.err()).contains("--environment").contains("island, mainland");

        var unknown = commands.run("serve", "--environment", "moon", "--state", "untouched");
        assertThat(unknown.exitCode()).isEqualTo(2);
        assertThat(unknown.err()).contains("no environment 'moon'");

        edit(PLAN.replace("stdout-equals", "stdout-is"));
        var wrong = commands.run("serve", "--state", "untouched");
        assertThat(wrong.exitCode()).isEqualTo(2);
        assertThat(wrong.err()).contains("stdout-is");
        assertThat(folder.resolve("untouched")).doesNotExist();
    }

    private JsonNode newest(String procedure, String state, String... parts) {
        return await().atMost(Duration.ofMinutes(5))
                .until(
                        () -> find(procedure)
                                .filter(run -> run.path("state").asString().equals(state))
                                .filter(run -> List.of(parts).stream()
                                        .allMatch(run.path("message").asString()::contains)),
                        Optional::isPresent)
                .orElseThrow();
    }

    /** What its only step answered. */
    private JsonNode outputs(JsonNode run) {
        var shown = commands.run("runs", "show", run.path("id").asString(), "--state", "state", "-o", "json");
        assertThat(shown.exitCode()).describedAs(shown.err()).isZero();
        return JsonMapper.shared().readTree(shown.out()).path("steps").path(0).path("outputs");
    }

    /** The newest run of a procedure. */
    private Optional<JsonNode> find(String procedure) {
        return list().stream()
                .filter(run -> run.path("procedure").asString().equals(procedure))
                .findFirst();
    }

    private List<JsonNode> list() {
        var listed = commands.run("runs", "list", "--limit", "1000", "--state", "state", "-o", "json");
        assertThat(listed.exitCode()).describedAs(listed.err()).isZero();
        return JsonMapper.shared().readTree(listed.out()).valueStream().toList();
    }
}
