package io.holdfast.postgres.wal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WalFormatTest {

    @ParameterizedTest
    @CsvSource({"14,D10D", "15,D110", "16,D113", "17,D116", "18,D118"})
    void each_major_has_its_page_magic(int major, String magic) {
        assertThat(WalFormat.ofMajor(major).magic()).isEqualTo(Integer.parseInt(magic, 16));
    }

    @ParameterizedTest
    @CsvSource({"14,21,true", "14,22,false", "14,128,false", "15,127,false", "15,128,true", "18,255,true"})
    void extensions_have_resource_managers_from_15_on(int major, int manager, boolean known) {
        assertThat(WalFormat.ofMajor(major).knowsManager(manager)).isEqualTo(known);
    }

    @Test
    void an_unknown_major_is_refused() {
        var refusal = catchThrowableOfType(UnknownWalFormatException.class, () -> WalFormat.ofMajor(19));

        assertThat(refusal).hasMessage("the WAL of PostgreSQL 19 is not known");
        assertThat(refusal.hint()).isEqualTo("versions 14 to 18 can be read; look for a newer Holdfast");
    }
}
