package io.holdfast.runbook.run;

import io.holdfast.plan.procedure.Step;
import io.holdfast.runbook.action.Action;
import io.holdfast.runbook.journal.Claim;
import io.holdfast.runbook.journal.Definition;
import io.holdfast.runbook.journal.Journal;
import io.holdfast.runbook.journal.RunRow;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** What all that execute one run share. */
record RunContext(
        Claim claim,
        RunRow row,
        Definition definition,
        Journal journal,
        StepJournal steps,
        RunControl control,
        Controls controls,
        Secrets secrets,
        Catalogue catalogue,
        String member,
        InstantSource clock) {

    /** Stands for no deadline, and can still be subtracted. */
    private static final Duration FOR_EVER = Duration.ofDays(365);

    Instant deadline() {
        return row.deadline().orElse(row.created().plus(FOR_EVER));
    }

    Instant now() {
        return clock.instant();
    }

    Optional<Action> installed(String name) {
        return catalogue.find(name);
    }

    Action action(String name) throws UnresolvedException {
        return installed(name)
                .orElseThrow(() -> new UnresolvedException(
                        "action '%s' is not installed here".formatted(name),
                        "run it where its provider is installed, or skip the step"));
    }

    /** Whether a step may run on this host at all: elsewhere it would do, or look at, the wrong thing. */
    void requireHere(Step step, Scope scope) throws UnresolvedException {
        requireMember(step, scope, member);
    }

    static void requireMember(Step step, Scope scope, String member) throws UnresolvedException {
        if (step.on().isEmpty()) {
            return;
        }
        var wanted = scope.resolve(step.on().get());
        if (!wanted.equals(member)) {
            throw new UnresolvedException(
                    "it is for member '%s', and this host is '%s'".formatted(wanted, member),
                    "on '%s', on the same state: holdfast runs resume RUN --retry STEP".formatted(wanted));
        }
    }

    /** Waits until a person changes something; the last thread of the run to do so parks it. */
    void awaitPerson(long revision) throws InterruptedException {
        if (control.stuck(revision, deadline(), now()) && steps.park(revision)) {
            control.park();
        }
        control.check();
    }

    /** What the scope {@code run} and others that are the same in the whole run hold. */
    static Map<String, Map<String, String>> constants(RunRow row, Definition definition) {
        return Map.of(
                "environment", named(definition),
                "facts", definition.facts(),
                "run",
                        Map.of(
                                "id", row.id().value(),
                                "procedure", row.procedure(),
                                "title", row.title(),
                                "environment", row.environment(),
                                "starter", row.starter(),
                                "mode", row.mode().name().toLowerCase(Locale.ROOT),
                                "started", row.created().toString()));
    }

    private static Map<String, String> named(Definition definition) {
        var values = new LinkedHashMap<>(definition.environmentValues());
        values.putIfAbsent("name", definition.environment());
        return values;
    }
}
