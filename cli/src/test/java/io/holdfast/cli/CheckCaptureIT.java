package io.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.embedded.EmbeddedPostgres;
import io.holdfast.embedded.InitOptions;
import io.holdfast.embedded.PostgresBinaries;
import io.holdfast.plan.action.HoldfastActions;
import io.holdfast.runbook.action.Action;
import io.holdfast.runbook.action.ActionContract;
import io.holdfast.testkit.NewCluster;
import io.holdfast.testkit.programs.ServerFolder;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code capture.check}, on a host beside the one that captured. */
class CheckCaptureIT extends ActionContract {

    @TempDir(factory = ServerFolder.class)
    private static Path folder;

    private static CommandRun commands;

    @BeforeAll
    static void captureForAMoment() throws Exception {
        try (var server = NewCluster.initialise(
                        PostgresBinaries.version18(), folder.resolve("data"), InitOptions.forTests())
                .start()) {
            commands = commands(server);
            assertThat(commands.run("init", "--name", "shop", "--generate-key").exitCode())
                    .isZero();
            var protect = commands.start("protect");
            try {
                await().atMost(Duration.ofMinutes(5))
                        .until(() -> commands.run("status").out().contains("streaming"));
            } finally {
                protect.destroy();
                protect.waitFor();
            }
        }
        // What is left is what another host sees.
        try (var files = Files.walk(folder.resolve("state"))) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    private static CommandRun commands(EmbeddedPostgres server) {
        return new CommandRun(folder)
                .variable("HOLDFAST_POSTGRES_HOST", "127.0.0.1")
                .variable("HOLDFAST_POSTGRES_PORT", Integer.toString(server.port()))
                .variable("HOLDFAST_POSTGRES_USER", "postgres")
                .variable("HOLDFAST_REPOSITORY_PATH", "r")
                .variable("HOLDFAST_REPOSITORY_KEY_FILE", "key")
                .variable("HOLDFAST_STATE_DIRECTORY", "state")
                .variable("HOLDFAST_MEMBER", "db1");
    }

    @Override
    protected Action action() {
        return new ActionHost(commands.surroundings(), Optional.empty(), new PrintWriter(new StringWriter()), Map::of)
                .actions().stream()
                        .filter(action -> action.descriptor().equals(HoldfastActions.CAPTURE_CHECK))
                        .findFirst()
                        .orElseThrow();
    }

    @Override
    protected Map<String, Object> inputs() {
        return Map.of("at-most", Duration.ofDays(1));
    }

    @Override
    protected Object world() throws IOException {
        try (var files = Files.walk(folder)) {
            return List.of(files.sorted().toList());
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
    void more_than_may_be_lost_fails_and_says_how_much() throws InterruptedException {
        var failed = fail(Map.of("at-most", Duration.ofMillis(1)));

        assertThat(failed.reason()).contains("what would be lost now: ").contains("allowed are");
        assertThat(failed.outputs().values()).containsKeys("loss", "covered-until");
    }
}
