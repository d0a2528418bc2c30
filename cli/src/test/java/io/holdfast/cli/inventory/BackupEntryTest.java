package io.holdfast.cli.inventory;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.postgres.backup.BackupDetails;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class BackupEntryTest {

    private static BackupEntry passedOver(Optional<String> parent, long backups) {
        return new BackupEntry(
                "20260115-020000I",
                "incremental",
                parent,
                1,
                "primary",
                Instant.EPOCH,
                Instant.EPOCH,
                0,
                0,
                0,
                0,
                "0/2000028",
                "0/2000120",
                Instant.EPOCH,
                "1",
                Optional.empty(),
                0,
                List.of(),
                Optional.of(new BackupDetails.PassedOver(backups, "object 'manifest/x' is damaged")),
                "18.1",
                Optional.empty());
    }

    @Test
    void says_which_newer_backups_it_could_not_be_built_upon() {
        assertThat(passedOver(Optional.of("20260114-020000F"), 2).explanations())
                .containsExactly(
                        "20260115-020000I: built upon 20260114-020000F, as 2 newer manifests cannot be read, the newest:"
                                + " object 'manifest/x' is damaged");
        assertThat(passedOver(Optional.empty(), 3).explanations())
                .containsExactly(
                        "20260115-020000I: read and stored everything, as 3 manifests cannot be read, the newest:"
                                + " object 'manifest/x' is damaged");
    }
}
