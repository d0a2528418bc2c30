package io.holdfast.repository.removal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.holdfast.repository.copy.CopyProgress;
import io.holdfast.repository.copy.CopyTarget;
import io.holdfast.repository.key.KeyFileKey;
import io.holdfast.repository.retention.Hold;
import io.holdfast.repository.retention.Holds;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What another store of a repository learns of its holds. */
class HoldsElsewhereTest {

    private static final Duration HOUR = Duration.ofHours(1);

    @TempDir
    private Path folder;

    private Vault vault;
    private CopiedVault second;
    private Holds here;
    private Holds there;

    @BeforeEach
    void open() {
        vault = new Vault(KeyFileKey.generate(folder.resolve("key"), new SecureRandom()));
        second = new CopiedVault(vault, "/second");
        here = new Holds(vault.repository);
        there = new Holds(CopyTarget.open(vault.repository, second.store, CopyProgress.NONE));
    }

    @AfterEach
    void close() {
        second.close();
        vault.close();
    }

    private static Hold place(Holds holds, String reason, Optional<Duration> life) {
        return holds.place(new Holds.Subject(Optional.empty(), Optional.empty()), reason, "ops", life);
    }

    private int bring() {
        var brought = here.bringTo(there);
        assertThat(brought.problem()).isEmpty();
        return brought.objects();
    }

    @Test
    void what_is_in_force_is_brought_with_its_renewals_and_once() {
        var audit = place(here, "audit", Optional.of(HOUR));
        here.renew(audit, HOUR.multipliedBy(3));
        vault.time.advance(HOUR.multipliedBy(2));

        assertThat(bring()).isEqualTo(2);
        assertThat(bring()).isZero();

        assertThat(there.all()).extracting(Hold::number, Hold::reason).containsExactly(tuple(1, "audit"));
        vault.time.advance(HOUR.multipliedBy(2));
        // Longer than here, never shorter.
        assertThat(here.inForce(vault.time.instant())).isEmpty();
        assertThat(there.inForce(vault.time.instant())).hasSize(1);
        vault.time.advance(HOUR.multipliedBy(2));
        assertThat(there.inForce(vault.time.instant())).isEmpty();
    }

    @Test
    void what_has_ended_here_is_not_brought_but_its_release_where_it_is_still_held() {
        place(here, "over", Optional.of(HOUR));
        var released = place(here, "released", Optional.empty());
        var known = place(here, "known", Optional.empty());
        here.release(released, "done", "ops");
        vault.time.advance(HOUR);
        assertThat(bring()).isEqualTo(1);
        here.release(known, "done", "ops");

        assertThat(bring()).isEqualTo(1);
        assertThat(bring()).isZero();

        assertThat(there.inForce(vault.time.instant())).isEmpty();
        assertThat(there.all()).extracting(Hold::reason).containsExactly("known");
    }

    @Test
    void what_keeps_something_for_who_reads_here_is_not_brought_nor_its_release() {
        var nothing = new Holds.Subject(Optional.empty(), Optional.empty());
        var reads = here.placeHere(nothing, "a copy reads it", "ops", HOUR);
        here.renew(reads, HOUR);
        there.placeHere(nothing, "a copy reads it", "ops", HOUR);

        assertThat(bring()).isZero();
        here.release(reads, "read", "ops");
        assertThat(bring()).isZero();

        assertThat(there.inForce(vault.time.instant())).hasSize(1);
    }

    @Test
    void a_number_that_is_another_hold_s_there_is_told_and_keeps_no_other_from_it() {
        place(there, "a copy", Optional.empty());
        var first = place(here, "audit", Optional.empty());
        place(here, "lawsuit", Optional.empty());
        here.renew(first, HOUR);

        for (int objects = 1; objects >= 0; objects--) {
            var brought = here.bringTo(there);
            assertThat(brought.objects()).isEqualTo(objects);
            assertThat(brought.problem().orElseThrow()).hasMessageEndingWith("hold 1");
        }

        assertThat(there.all()).extracting(Hold::reason).containsExactly("a copy", "lawsuit");
        here.release(first, "done", "ops");
        assertThat(bring()).isZero();
        assertThat(there.inForce(vault.time.instant())).hasSize(2);
    }
}
