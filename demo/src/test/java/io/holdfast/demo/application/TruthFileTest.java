package io.holdfast.demo.application;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TruthFileTest {

    @TempDir
    private Path folder;

    @Test
    void a_commit_that_was_asked_for_and_never_answered_is_in_doubt() {
        var at = Instant.parse("2026-01-15T02:00:00Z");
        try (var file = TruthFile.open(folder.resolve("truth"))) {
            file.asking(1);
            file.acknowledged(1, at);
            file.asking(2);
            file.asking(3);
            file.refused(3);

            var truth = file.read();

            assertThat(truth.acknowledged()).containsOnlyKeys(1L).containsValue(at);
            assertThat(truth.inDoubt()).containsExactly(2L);
        }
    }

    @Test
    void what_was_written_before_a_restart_still_counts() {
        try (var file = TruthFile.open(folder.resolve("truth"))) {
            file.asking(7);
        }

        try (var file = TruthFile.open(folder.resolve("truth"))) {
            assertThat(file.read().inDoubt()).containsExactly(7L);
        }
    }
}
