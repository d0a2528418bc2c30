package io.holdfast.postgres.mirror;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.repository.key.KeyFileKey;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Days of places that are healed all the time and removed from once a day, of which one was away for some. */
class MirrorAgeTest {

    /** Those of the window, the one that its beginning is restored from, and two whose removal is on its way. */
    private static final int BACKUPS = (int) MirroredVault.WINDOW.toDays() + 3;

    private static final int DAYS = 24;

    @TempDir
    private Path folder;

    @Test
    void what_a_place_got_late_stays_in_none_for_longer_than_the_rest() {
        try (var vault = new MirroredVault(KeyFileKey.generate(folder.resolve("key"), new SecureRandom()), 2, 0)) {
            var first = vault.places.getFirst();
            var last = vault.places.getLast();
            for (int day = 1; day <= DAYS; day++) {
                if (day == 2) {
                    last.goAway();
                } else if (day == 7) {
                    last.comeBack();
                }
                vault.backUp();
                vault.keep(first);
                vault.time.advance(Duration.ofHours(2));
                vault.heal();
                vault.time.advance(Duration.ofHours(1));
                vault.keep(last);
                vault.time.advance(Duration.ofHours(3));
                vault.heal();
                vault.time.advance(Duration.ofHours(18));
            }
            assertThat(vault.places).allSatisfy(place -> {
                assertThat(vault.backups(place)).isEqualTo(vault.newest(BACKUPS));
                assertThat(vault.wal(place)).isEqualTo(BACKUPS);
            });
            vault.requireWhole();
        }
    }
}
