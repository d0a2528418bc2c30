package io.holdfast.postgres.backup;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.problem.ProblemKind;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class UnreadableSourceExceptionTest {

    @Test
    void says_what_cannot_be_read_and_as_whom_to_run() {
        var problem = new UnreadableSourceException(
                Path.of("/data/base/5/1259"), new AccessDeniedException("/data/base/5/1259"));

        assertThat(problem).hasMessage("'/data/base/5/1259' cannot be read: permission denied");
        assertThat(problem.hint())
                .isEqualTo("run holdfast as the user that owns the data directory, on the host where it is");
        assertThat(problem.kind()).isEqualTo(ProblemKind.ENVIRONMENT);
    }
}
