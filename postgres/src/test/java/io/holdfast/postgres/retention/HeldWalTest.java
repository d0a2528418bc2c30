package io.holdfast.postgres.retention;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.postgres.wal.Lsn;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class HeldWalTest {

    @Test
    void prints_itself_for_people() {
        var from = Lsn.parse("0/3000028");

        assertThat(new HeldWal(1, from, Optional.of(Lsn.parse("0/469D858"))))
                .hasToString("generation 1, 0/3000028 to 0/469D858");
        assertThat(new HeldWal(2, from, Optional.empty())).hasToString("generation 2, from 0/3000028 on");
    }
}
