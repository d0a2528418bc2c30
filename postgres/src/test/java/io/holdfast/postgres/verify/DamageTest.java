package io.holdfast.postgres.verify;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DamageTest {

    private static final String BEGIN = """
            2026-01-15 02:00:00.000 UTC [7] 00000 LOG:  starting PostgreSQL 18.1
            2026-01-15 02:00:00.100 UTC [9] 00000 LOG:  database system was interrupted; last known up at 2026-01-14
            """;

    private static String line(String state, String said) {
        return "2026-01-15 02:00:01.000 UTC [9] %s %s%n".formatted(state, said);
    }

    @Test
    void corruption_that_ends_a_recovery_is_damage() {
        assertThat(Damage.ended(BEGIN + line("XX001", "FATAL:  invalid page in block 3 of relation base/5/16384")))
                .isTrue();
        assertThat(Damage.ended(BEGIN + line("XX000", "PANIC:  WAL contains references to invalid pages")))
                .isTrue();
        assertThat(Damage.ended(BEGIN + line("58P01", "FATAL:  could not open file \"pg_xact/0000\"")))
                .isTrue();
        assertThat(Damage.ended(BEGIN + line("55000", "FATAL:  WAL ends before end of online backup")))
                .isTrue();
        assertThat(Damage.ended(BEGIN + line("55000", "FATAL:  WAL ends before consistent recovery point")))
                .isTrue();
    }

    @Test
    void what_the_machine_lacks_or_could_not_fetch_is_not() {
        assertThat(Damage.ended(BEGIN + line("53100", "FATAL:  could not write to file: No space left on device")))
                .isFalse();
        assertThat(Damage.ended(BEGIN + line("XX000", "FATAL:  could not restore file \"0000\" from archive")))
                .isFalse();
        assertThat(Damage.ended(line("XX000", "FATAL:  could not create shared memory segment")))
                .isFalse();
        assertThat(Damage.ended(BEGIN + line("XX000", "FATAL:  resource manager with ID 133 not registered")))
                .isFalse();
        assertThat(Damage.ended("")).isFalse();
    }
}
