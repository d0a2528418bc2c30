package io.holdfast.runbook.run;

import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** An engine for each test, which knows one secret. */
abstract class OnEngine extends OnState {

    Runs runs;

    @BeforeEach
    void engine() {
        runs = state.runs(effects, "test@here", Map.of("PASSWORD", "s3cr3t-word"));
    }

    @AfterEach
    void close() {
        runs.close();
    }
}
