package io.holdfast.runbook.action;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.plan.action.ActionKind;
import io.holdfast.plan.action.Effect;
import io.holdfast.plan.action.Input;
import io.holdfast.plan.action.Output;
import io.holdfast.plan.action.ValueType;
import io.holdfast.problem.Finding;
import io.holdfast.problem.Secret;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What every action must do. A subclass prepares the world for each test anew. */
public abstract class ActionContract {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Calls calls = new Calls();
    private final Path canary = Path.of("/tmp", "holdfast-canary-" + UUID.randomUUID());

    /** The one under test. */
    protected abstract Action action();

    /** With these it succeeds. */
    protected abstract Map<String, Object> inputs() throws Exception;

    /** All that it may change, as something that can be compared. */
    protected abstract Object world() throws Exception;

    /** What it works on is not there. Empty: it works on nothing. */
    protected abstract Optional<Map<String, Object>> inputsWithoutTarget() throws Exception;

    /** With these it takes longer than a test would wait. Empty: that cannot be. */
    protected abstract Optional<Map<String, Object>> inputsThatTakeLong() throws Exception;

    /** Throws if a hostile text had an effect that the action itself cannot see. */
    protected void holdUnharmed() throws Exception {}

    /** Inputs whose hostile values would only repeat what others show, at a high price. */
    protected Set<String> tooSlowToAttack() {
        return Set.of();
    }

    protected final Call call(Map<String, ?> inputs) {
        return calls.of("run-1/step-1", inputs);
    }

    protected final List<String> log() {
        return calls.lines();
    }

    protected final Outputs succeed(Map<String, ?> inputs) throws InterruptedException {
        var outcome = action().execute(call(inputs));
        assertThat(outcome).isInstanceOf(Outcome.Succeeded.class);
        return ((Outcome.Succeeded) outcome).outputs();
    }

    protected final Outcome.Failed fail(Map<String, ?> inputs) throws InterruptedException {
        var outcome = action().execute(call(inputs));
        assertThat(outcome).isInstanceOf(Outcome.Failed.class);
        return (Outcome.Failed) outcome;
    }

    @Test
    void the_inputs_of_this_test_are_those_of_the_descriptor() throws Exception {
        var descriptor = action().descriptor();

        assertThat(inputs().keySet())
                .isSubsetOf(descriptor.inputs().stream().map(Input::name).toList())
                .containsAll(descriptor.inputs().stream()
                        .filter(Input::required)
                        .map(Input::name)
                        .toList());
    }

    @Test
    void examining_finds_nothing_wrong_and_changes_nothing() throws Exception {
        var inputs = inputs();
        var before = world();

        var findings = action().examine(call(inputs));

        assertThat(findings).isNotEmpty().noneMatch(finding -> finding.severity() == Finding.Severity.ERROR);
        assertThat(world()).isEqualTo(before);
    }

    @Test
    void saying_what_it_would_do_and_probing_change_nothing() throws Exception {
        var call = call(inputs());
        var before = world();

        var intention = action().intention(call);
        var probe = action().probe(call);

        assertThat(intention).isNotBlank();
        assertThat(probe).isNotInstanceOf(Probe.Done.class);
        assertThat(world()).isEqualTo(before);
    }

    @Test
    void what_it_answers_is_what_its_descriptor_says() throws Exception {
        var call = call(inputs());

        var outcome = action().execute(call);

        assertThat(outcome).isInstanceOf(Outcome.Succeeded.class);
        var outputs = ((Outcome.Succeeded) outcome).outputs();
        outputs.values().forEach(this::holdType);
        assertThat(action().verify(call, outputs)).isEqualTo(new Verdict.Holds());
    }

    private void holdType(String name, String text) {
        var declared = action().descriptor().output(name).map(Output::type);
        assertThat(declared).describedAs(name).isPresent();
        switch (declared.get()) {
            case INTEGER -> assertThat(text).describedAs(name).matches("-?[0-9]*");
            case BOOLEAN -> assertThat(text).describedAs(name).matches("true|false");
            case INSTANT ->
                assertThat(text.isEmpty() ? Instant.MIN : Instant.parse(text)).isNotNull();
            case DURATION -> assertThat(Duration.parse(text)).isNotNull();
            case TEXT, LIST, MAP, SECRET, SECRETS -> assertThat(text).isNotNull();
        }
    }

    @Test
    void what_it_does_twice_is_as_its_kind_says() throws Exception {
        var call = call(inputs());
        var before = world();

        var first = action().execute(call);

        assertThat(first).isInstanceOf(Outcome.Succeeded.class);
        var after = world();
        if (action().descriptor().effect() == Effect.READS) {
            assertThat(after).isEqualTo(before);
        }
        if (action().descriptor().kind() == ActionKind.CHECKABLE) {
            assertThat(action().probe(call)).isEqualTo(new Probe.Done(((Outcome.Succeeded) first).outputs()));
        }
        if (action().descriptor().kind() != ActionKind.ONCE) {
            assertThat(action().execute(call)).isInstanceOf(Outcome.Succeeded.class);
            assertThat(world()).isEqualTo(after);
        }
    }

    @Test
    void a_missing_target_is_a_failure_with_a_hint() throws Exception {
        var inputs = inputsWithoutTarget();
        if (inputs.isEmpty()) {
            assertThat(action().descriptor().inputs()).noneMatch(Input::target);
            return;
        }
        var call = call(inputs.get());

        assertThat(action().examine(call)).anyMatch(finding -> finding.severity() != Finding.Severity.PASSED);
        assertThat(action().probe(call)).isNotInstanceOf(Probe.Done.class);
        var outcome = action().execute(call);

        assertThat(outcome).isInstanceOf(Outcome.Failed.class);
        assertThat(((Outcome.Failed) outcome).reason()).isNotBlank().doesNotEndWith(".");
        assertThat(((Outcome.Failed) outcome).hint()).isNotBlank();
        assertThat(((Outcome.Failed) outcome).outputs().values().keySet())
                .allMatch(name -> action().descriptor().output(name).isPresent());
    }

    @Test
    void an_interrupt_ends_it_and_leaves_no_process_behind() throws Exception {
        var inputs = inputsThatTakeLong();
        if (inputs.isEmpty()) {
            return;
        }
        var before = processes();

        var end = interrupted(inputs.get());

        assertThat(end).isNotInstanceOf(Outcome.Succeeded.class);
        // What an earlier test left dying may have gone meanwhile.
        assertThat(processes()).isSubsetOf(before);
    }

    /** How an execution ends that takes long and is interrupted: its outcome, or a text if it was thrown out. */
    protected final Object interrupted(Map<String, Object> inputs) throws Exception {
        var ended = new CompletableFuture<Object>();
        var working = Thread.ofPlatform().start(() -> {
            try {
                ended.complete(action().execute(call(inputs)));
            } catch (InterruptedException _) {
                ended.complete("interrupted");
            } catch (Throwable e) {
                ended.completeExceptionally(e);
            }
        });
        assertThat(working.join(Duration.ofMillis(700)))
                .describedAs("it takes long")
                .isFalse();
        working.interrupt();
        return ended.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    /** Apart from those of the servers that a test works with. */
    private static Set<Long> processes() {
        return ProcessHandle.current()
                .descendants()
                .filter(ProcessHandle::isAlive)
                .filter(process -> !process.info().command().orElse("").endsWith("/postgres"))
                .map(ProcessHandle::pid)
                .collect(Collectors.toSet());
    }

    @Test
    void secrets_are_shown_nowhere() throws Exception {
        var inputs = inputs();
        var call = call(inputs);

        var shown = new ArrayList<String>();
        action().examine(call).forEach(finding -> shown.add(finding.toString()));
        shown.add(action().intention(call));
        shown.add(action().probe(call).toString());
        shown.add(action().execute(call).toString());
        shown.addAll(log());

        assertThat(shown).allSatisfy(text -> assertThat(text).doesNotContain(secrets(inputs)));
    }

    private static List<CharSequence> secrets(Map<String, Object> inputs) {
        var secrets = inputs.values().stream()
                .flatMap(value -> value instanceof Map<?, ?> map ? map.values().stream() : Stream.of(value))
                .filter(Secret.class::isInstance)
                .map(secret -> (CharSequence) ((Secret) secret).reveal())
                .toList();
        return secrets.isEmpty() ? List.of("no secret is as long as this") : secrets;
    }

    @Test
    void a_hostile_text_is_refused_or_inert() throws Exception {
        for (var input : action().descriptor().inputs()) {
            if (tooSlowToAttack().contains(input.name())) {
                continue;
            }
            for (var hostile : hostileTexts()) {
                attack(input, hostile);
            }
        }

        assertThat(canary).doesNotExist();
        holdUnharmed();
    }

    private void attack(Input input, String hostile) throws Exception {
        for (var value : values(input.type(), hostile)) {
            var inputs = new LinkedHashMap<>(inputs());
            inputs.put(input.name(), value);
            var call = call(inputs);

            action().examine(call);
            action().intention(call);
            action().probe(call);
            var outcome = action().execute(call);

            if (outcome instanceof Outcome.Failed failed) {
                assertThat(failed.hint())
                        .describedAs("%s = %s", input.name(), value)
                        .isNotBlank();
            }
            assertThat(Files.exists(canary))
                    .describedAs("%s = %s did something", input.name(), value)
                    .isFalse();
        }
    }

    private static List<Object> values(ValueType type, String hostile) {
        return switch (type) {
            case TEXT -> List.of(hostile);
            case LIST -> List.of(List.of(hostile), List.of("/bin/true", hostile));
            case MAP -> List.of(Map.of(hostile, hostile), Map.of("NAME", hostile));
            case SECRET -> List.of(Secret.of(hostile));
            case SECRETS -> List.of(Map.of(hostile, Secret.of(hostile)), Map.of("NAME", Secret.of(hostile)));
            case INTEGER, BOOLEAN, DURATION, INSTANT -> List.of();
        };
    }

    private List<String> hostileTexts() {
        return List.of(
                "",
                "'",
                "\"",
                "$(touch %s)".formatted(canary),
                "`touch %s`".formatted(canary),
                "; touch %s;".formatted(canary),
                "x\ntouch %s\n".formatted(canary),
                "x\r\nX-Injected: yes\r\n\r\n",
                "'; drop table lighthouses; --",
                "\"; drop table lighthouses; --",
                "../../../../../../etc/passwd",
                "${env.HOME}",
                "${jndi:ldap://127.0.0.1:1/x}",
                "--help",
                "x\0y",
                "%s%n%1$s");
    }
}
