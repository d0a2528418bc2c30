package io.holdfast.cli.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.cli.configuration.ByteSize;
import io.holdfast.problem.Finding;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpaceChecksTest {

    private final Findings findings = new Findings();

    @TempDir
    private Path folder;

    @Test
    void a_spool_that_is_yet_to_be_made_counts_as_there() {
        new SpaceChecks(findings).spool(folder.resolve("state/spool"), new ByteSize(1));

        assertThat(findings.list()).singleElement().satisfies(finding -> {
            assertThat(finding.severity()).isEqualTo(Finding.Severity.PASSED);
            assertThat(finding.message()).contains("are free for the spool");
        });
    }

    /** Root may write everywhere: here the way there is no folder. */
    @Test
    void a_spool_that_cannot_be_made_is_an_error() throws IOException {
        var inTheWay = Files.createFile(folder.resolve("state"));

        new SpaceChecks(findings).spool(inTheWay.resolve("spool"), new ByteSize(1));

        assertThat(findings.list()).singleElement().satisfies(finding -> {
            assertThat(finding.severity()).isEqualTo(Finding.Severity.ERROR);
            assertThat(finding.message())
                    .isEqualTo("the spool cannot be in '%s/spool': this user may not write to '%s'"
                            .formatted(inTheWay, inTheWay));
            assertThat(finding.hint())
                    .isEqualTo("make the folder for the user who runs 'holdfast protect', install -d -o USER -m 700 %s,"
                                    .formatted(inTheWay)
                            + " or name another with state-directory");
        });
    }
}
