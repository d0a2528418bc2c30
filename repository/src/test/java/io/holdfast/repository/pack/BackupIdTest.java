package io.holdfast.repository.pack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.repository.store.ObjectKey;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BackupIdTest {

    @Test
    void is_the_start_in_utc_and_the_kind() {
        var begun = Instant.parse("2026-02-28T23:59:58.999Z");

        assertThat(BackupId.of(begun, BackupId.Kind.FULL)).hasToString("20260228-235958F");
        assertThat(BackupId.of(begun, BackupId.Kind.INCREMENTAL)).hasToString("20260228-235958I");
    }

    @Test
    void says_when_it_began() {
        assertThat(new BackupId("20260228-235958F").begun()).isEqualTo("2026-02-28T23:59:58Z");
    }

    @Test
    void knows_its_kind_and_its_names() {
        var id = new BackupId("20260115-020000I");

        assertThat(id.kind()).isEqualTo(BackupId.Kind.INCREMENTAL);
        assertThat(id.folder()).isEqualTo(new ObjectKey("backup/20260115-020000I"));
        assertThat(id.manifestKey()).isEqualTo(new ObjectKey("manifest/20260115-020000I"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "20260115-020000",
                "20260115-020000X",
                "20261315-020000F",
                "20260230-020000F",
                "2026+115-020000F",
                "20260115_020000F",
                "٢٠٢٦0115-020000F",
                "20260115-020000F/..",
                "2026-01-15",
                " 20260115-020000F"
            })
    void is_nothing_else(String text) {
        assertThat(BackupId.isValid(text)).isFalse();
        assertThatThrownBy(() -> new BackupId(text)).hasMessage("not a backup: '%s'", text);
    }
}
