package io.holdfast.runbook.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.problem.Secret;
import io.holdfast.runbook.action.Action;
import io.holdfast.runbook.action.ActionContract;
import io.holdfast.runbook.action.Calls;
import io.holdfast.runbook.action.Outcome;
import io.holdfast.runbook.action.Outputs;
import io.holdfast.runbook.action.Probe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunCommandTest extends ActionContract {

    @TempDir
    private Path folder = Path.of("");

    private Path effects = Path.of("");

    @BeforeEach
    void prepare() throws IOException {
        effects = Files.createFile(folder.resolve("effects of 'it'"));
    }

    @Override
    protected Action action() {
        return new RunCommand(Thread::sleep, Map.of("PATH", "/usr/bin:/bin", "HOLDFAST_KEY", "not for others"));
    }

    @Override
    protected Map<String, Object> inputs() {
        return shell("echo done >> \"$1\"; echo \"$TOKEN\"; echo \"$TOKEN\" >&2", effects.toString());
    }

    private Map<String, Object> shell(String script, String... arguments) {
        var argv = new ArrayList<>(List.of("/bin/sh", "-c", script, "sh"));
        argv.addAll(List.of(arguments));
        return Map.of("argv", argv, "secret-environment", Map.of("TOKEN", Secret.of("lamp-oil-1811")));
    }

    @Override
    protected Object world() throws IOException {
        return Files.readString(effects);
    }

    @Override
    protected Optional<Map<String, Object>> inputsWithoutTarget() {
        return Optional.of(Map.of("argv", List.of("/no/such/program")));
    }

    /** With a child, and a grandchild that hears nothing. */
    @Override
    protected Optional<Map<String, Object>> inputsThatTakeLong() {
        return Optional.of(shell("trap '' TERM; (trap '' TERM; sleep 300 & wait) & sleep 300"));
    }

    @Test
    void what_it_wrote_and_how_it_ended_are_its_outputs() throws InterruptedException {
        var outputs = succeed(Calls.with(shell("echo ' one'; echo two; exit 3"), "exit-codes", List.of("0", "3")));

        assertThat(outputs)
                .isEqualTo(new Outputs(Map.of("exit-code", "3", "stdout", " one\ntwo", "truncated", "false")));
        assertThat(log()).containsExactly(" one", "two");
    }

    @Test
    void another_exit_code_is_a_failure_that_says_what_it_complained_of() throws InterruptedException {
        var failed = fail(shell("echo 'no lamp' >&2; echo; exit 4"));

        assertThat(failed)
                .isEqualTo(new Outcome.Failed(
                        "'/bin/sh' ended with 4: no lamp", "look at what it wrote, in the log of the step", false));
        assertThat(fail(shell("exit 75")).retryable()).isTrue();
    }

    @Test
    void no_shell_reads_the_words() throws InterruptedException {
        var outputs = succeed(Map.of("argv", List.of("printf", "%s|%s", "$(id); *", "a 'b' \"c\"")));

        assertThat(outputs.values()).containsEntry("stdout", "$(id); *|a 'b' \"c\"");
    }

    @Test
    void it_sees_only_what_it_was_given() throws InterruptedException {
        var outputs = succeed(Map.of("argv", List.of("env"), "environment", Map.of("LAMP", "lit")));

        assertThat(outputs.values()).containsEntry("stdout", "PATH=/usr/bin:/bin\nLAMP=lit");
        assertThat(succeed(Map.of("argv", List.of("env"), "inherit", List.of("HOLDFAST_KEY")))
                        .values()
                        .get("stdout"))
                .contains("HOLDFAST_KEY=not for others");
    }

    @Test
    void it_has_no_input_and_runs_in_the_folder_that_is_named() throws InterruptedException {
        var outputs = succeed(Calls.with(shell("pwd; cat; echo end"), "directory", folder.toString()));

        assertThat(outputs.values()).containsEntry("stdout", folder + "\nend");
    }

    @Test
    void output_beyond_the_limit_is_left_out_and_does_not_hold_it_up() throws InterruptedException {
        var outputs = succeed(Calls.with(shell("head -c 3000000 /dev/zero | tr '\\0' x"), "output-limit", 10L));

        assertThat(outputs.values()).containsEntry("stdout", "xxxxxxxxxx").containsEntry("truncated", "true");
    }

    @Test
    void a_secret_that_the_limit_cuts_is_not_shown_in_part() throws InterruptedException {
        var outputs = succeed(Calls.with(shell("echo \"use $TOKEN\""), "output-limit", 12L));

        assertThat(outputs.values()).containsEntry("stdout", "use [REDACTED]").containsEntry("truncated", "true");
        assertThat(log()).containsExactly("use [REDACTED]");
    }

    @Test
    void when_its_time_is_up_the_whole_group_is_killed_and_nothing_is_claimed() throws Exception {
        var pid = folder.resolve("pid");

        var outcome = action().execute(call(Calls.with(
                shell("sleep 300 & echo $! > \"$1\"; wait", pid.toString()), "timeout", Duration.ofSeconds(1))));

        assertThat(outcome).isEqualTo(new Outcome.Unknown("'/bin/sh' had not ended after 1 s and was killed"));
        var child = Long.parseLong(Files.readString(pid).strip());
        await().until(() -> ProcessHandle.of(child).filter(this::runs).isEmpty());
    }

    /** An orphan that nobody reaps stays as a zombie. */
    private boolean runs(ProcessHandle process) {
        try {
            return !Files.readString(Path.of("/proc/%d/stat".formatted(process.pid())))
                    .contains(") Z ");
        } catch (IOException _) {
            return false;
        }
    }

    @Test
    void what_it_leaves_running_by_intent_is_left_and_not_waited_for() throws Exception {
        var pid = folder.resolve("pid");

        succeed(shell("setsid sleep 60 & echo $! > \"$1\"", pid.toString()));

        var left =
                ProcessHandle.of(Long.parseLong(Files.readString(pid).strip())).orElseThrow();
        assertThat(runs(left)).isTrue();
        left.destroyForcibly();
    }

    @Test
    void the_probe_of_the_plan_tells_whether_it_was_done() throws InterruptedException {
        var inputs =
                Calls.with(inputs(), "probe", List.of("/bin/sh", "-c", "test -s \"$1\"", "sh", effects.toString()));

        assertThat(action().probe(call(inputs))).isEqualTo(new Probe.NotDone());
        succeed(inputs);
        assertThat(action().probe(call(inputs))).isInstanceOf(Probe.Done.class);
        assertThat(action().probe(call(Calls.with(inputs, "probe", List.of("/bin/sh", "-c", "exit 2")))))
                .isEqualTo(new Probe.Unknown("the probe cannot tell: '/bin/sh' ended with 2"));
    }

    @Test
    void without_a_probe_nobody_knows_whether_it_was_done() throws InterruptedException {
        assertThat(action().probe(call(Map.of("argv", List.of("/opt/it's here", "now")))))
                .isEqualTo(new Probe.Unknown(
                        "there is no probe that tells whether '/opt/it'\\''s here' now did its work"));
    }

    @Test
    void a_relative_program_and_a_name_that_is_no_variable_are_refused() throws InterruptedException {
        assertThat(fail(Map.of("argv", List.of("../bin/sh"))).reason())
                .isEqualTo("input 'argv' has a program with a relative path: '../bin/sh'");
        assertThat(fail(Map.of("argv", List.of("env"), "environment", Map.of("A=B", "c")))
                        .reason())
                .isEqualTo("input 'environment' has a variable without a usable name: 'A=B'");
    }

    @Test
    void many_at_once_do_not_mix_their_outputs() {
        var running = List.of("1", "2", "3", "4").stream()
                .map(n -> CompletableFuture.supplyAsync(() -> {
                    try {
                        return succeed(shell("for i in 1 2 3; do echo \"$1\"; done", n))
                                .values()
                                .get("stdout");
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                }))
                .toList();

        assertThat(running.stream().map(CompletableFuture::join))
                .containsExactly("1\n1\n1", "2\n2\n2", "3\n3\n3", "4\n4\n4");
    }
}
