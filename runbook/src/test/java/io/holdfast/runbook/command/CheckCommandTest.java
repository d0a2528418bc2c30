package io.holdfast.runbook.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.runbook.action.Action;
import io.holdfast.runbook.action.ActionContract;
import io.holdfast.runbook.action.Calls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckCommandTest extends ActionContract {

    @TempDir
    private Path folder = Path.of("");

    @Override
    protected Action action() {
        return new CheckCommand(Thread::sleep, Map.of("PATH", "/usr/bin:/bin"));
    }

    @Override
    protected Map<String, Object> inputs() {
        return Map.of("argv", List.of("echo", "lit"), "stdout-equals", "lit");
    }

    @Override
    protected Object world() throws IOException {
        try (var files = Files.list(folder)) {
            return files.toList();
        }
    }

    @Override
    protected Optional<Map<String, Object>> inputsWithoutTarget() {
        return Optional.of(Map.of("argv", List.of("no-such-program")));
    }

    @Override
    protected Optional<Map<String, Object>> inputsThatTakeLong() {
        return Optional.of(Map.of("argv", List.of("sleep", "300")));
    }

    @Test
    void what_it_wrote_is_compared() throws InterruptedException {
        assertThat(fail(Calls.with(inputs(), "stdout-equals", "dark")).reason())
                .isEqualTo("'/usr/bin/echo' wrote 'lit', not 'dark'");
        assertThat(fail(Map.of("argv", List.of("echo", "lit"), "stdout-contains", "dark"))
                        .reason())
                .isEqualTo("'/usr/bin/echo' did not write 'dark'");
    }

    @Test
    void it_is_run_again_until_it_holds() throws InterruptedException {
        var lamp = folder.resolve("lamp");
        var script = "test -e \"$1\" && exit 0; touch \"$1\"; exit 1";

        var outputs = succeed(Map.of(
                "argv",
                List.of("/bin/sh", "-c", script, "sh", lamp.toString()),
                "within",
                Duration.ofSeconds(20),
                "every",
                Duration.ofMillis(50)));

        assertThat(outputs.values()).containsEntry("attempts", "2").containsKey("green-at");
    }
}
