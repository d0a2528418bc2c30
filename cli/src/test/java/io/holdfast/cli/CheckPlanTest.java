package io.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.plan.action.HoldfastActions;
import io.holdfast.runbook.action.Action;
import io.holdfast.runbook.action.ActionContract;
import io.holdfast.runbook.action.Calls;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code plan.check}, on a host without a repository. */
class CheckPlanTest extends ActionContract {

    private static final String PLAN = """
            plan: {name: x, overview: y, version: "1", updated: 2026-11-26, next-review: 2099-02-26, owner: z}
            objectives:
              rto: {target: 4h, description: a}
              rpo: {target: 1h, description: b}
              mttr: {target: 2h, description: c}
            procedures:
              rest:
                title: Rest
                use: Always
                steps:
                  - {id: first, title: First, uses: wait, with: {duration: 1s}}
            """;

    @TempDir
    private Path folder;

    private Path file;
    private Map<String, Duration> took = Map.of();

    @BeforeEach
    void write() throws IOException {
        file = folder.resolve("plan.yaml");
        Files.writeString(file, PLAN);
    }

    @Override
    protected Action action() {
        var surroundings = new Surroundings(
                Map.of(), folder, folder.resolve("none.yaml"), InstantSource.system(), Optional.empty(), false);
        return new ActionHost(surroundings, Optional.empty(), new PrintWriter(new StringWriter()), () -> took)
                .actions().stream()
                        .filter(action -> action.descriptor().equals(HoldfastActions.PLAN_CHECK))
                        .findFirst()
                        .orElseThrow();
    }

    @Override
    protected Map<String, Object> inputs() {
        return Map.of("plan", file.toString());
    }

    @Override
    protected Object world() throws IOException {
        try (var files = Files.list(folder)) {
            return Map.of(file, Files.readString(file), "files", files.toList());
        }
    }

    @Override
    protected Optional<Map<String, Object>> inputsWithoutTarget() {
        return Optional.empty();
    }

    @Override
    protected Optional<Map<String, Object>> inputsThatTakeLong() {
        return Optional.empty();
    }

    @Test
    void what_it_finds_is_answered_whether_it_passes_or_fails() throws Exception {
        var passed = succeed(inputs()).values();
        assertThat(passed).containsEntry("errors", "0").containsEntry("unknown", "1");
        assertThat(passed.getOrDefault("findings", ""))
                .contains("no repository is configured")
                .contains("[live.backup-age]");

        Files.writeString(file, PLAN.replace("duration: 1s", "duration: 1s, until: never, untill: x"));
        var failed = fail(Calls.with(inputs(), "strict", true));

        assertThat(failed.outputs().values().getOrDefault("findings", ""))
                .startsWith("error: line 11")
                .contains("untill");
        assertThat(failed.outputs().values()).doesNotContainEntry("errors", "0");
        assertThat(failed.hint()).isNotBlank();
    }

    @Test
    void it_knows_how_long_a_procedure_took_where_it_is_executed() throws Exception {
        Files.writeString(file, PLAN + """
                categories:
                  1: {title: Tired, severity: low, examples: [x], recovery-within: 1h, answers: [{text: rest, procedure: rest}]}
                """);
        assertThat(succeed(inputs()).values().getOrDefault("findings", "")).doesNotContain("took 3 hours");

        took = Map.of("rest", Duration.ofHours(3));

        assertThat(succeed(inputs()).values().getOrDefault("findings", "")).contains("'rest' took 3 hours");
    }
}
