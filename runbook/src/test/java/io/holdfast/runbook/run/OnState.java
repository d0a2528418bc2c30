package io.holdfast.runbook.run;

import io.holdfast.testkit.programs.ServerFolder;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A state database that the tests of a class share, and a folder for the effects of each. */
abstract class OnState {

    @TempDir(factory = ServerFolder.class)
    static Path folder;

    static State state;

    Path effects;

    @BeforeAll
    static void open() {
        state = new State(folder);
    }

    @AfterAll
    static void end() {
        state.close();
    }

    @BeforeEach
    void prepare() {
        effects = State.effects(folder);
    }

    /** A resident of the next test would take up what is open. */
    @AfterEach
    void cancel_what_is_left() {
        try (var runs = state.runs(effects)) {
            runs.list(true, 1000).forEach(run -> runs.cancel(run.id(), "tester", "the test is over"));
        }
    }
}
