package io.holdfast.postgres.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.postgres.wal.Lsn;
import io.holdfast.postgres.wal.SystemIdentifier;
import io.holdfast.postgres.wal.TimelineId;
import io.holdfast.postgres.wal.WalSegmentSize;
import io.holdfast.problem.Secret;
import io.holdfast.repository.Repository;
import io.holdfast.repository.key.PassphraseKey;
import io.holdfast.repository.store.FilesystemStore;
import io.holdfast.testkit.PowerFailureDisk;
import io.holdfast.testkit.SettableTime;
import io.holdfast.testkit.StoredObjects;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ClaimsTest {

    private static final MemberName ALPHA = new MemberName("alpha");
    private static final SystemIdentifier SYSTEM = new SystemIdentifier(42);

    private static final TimelineId ONE = new TimelineId(1);
    private static final Lsn FLUSHED = new Lsn(0x2_0000_0000L);

    private final SettableTime time = SettableTime.nearMidnight();
    private final Repository repository = Repository.initialise(
            FilesystemStore.create(PowerFailureDisk.strict(time), Path.of("/repository"), time),
            "demo",
            new PassphraseKey(Secret.of("correct horse")),
            time,
            new SecureRandom());
    private final Claims claims = new Claims(repository, ALPHA);

    private Claims.Applicant applicant(String host, boolean takeOver) {
        return new Claims.Applicant(SYSTEM, host, "token of " + host, time.instant(), takeOver);
    }

    @Test
    void sessions_are_counted_and_the_same_state_folder_follows_at_once() {
        assertThat(claims.take(applicant("here", false))).isEqualTo(new Claim(ALPHA, 1));
        assertThat(claims.take(applicant("here", false))).isEqualTo(new Claim(ALPHA, 2));
    }

    @Test
    void a_stranger_is_refused_while_the_holder_is_alive() {
        claims.take(applicant("here", false));
        time.advance(Duration.ofSeconds(59));

        assertThatThrownBy(() -> claims.take(applicant("there", false)))
                .isInstanceOf(ClaimHeldException.class)
                .hasMessage(
                        "member 'alpha' is captured by session 1 on host 'here', which gave a sign of life 59 s ago");
    }

    @Test
    void anything_that_the_holder_stores_renews_its_claim() {
        var held = claims.take(applicant("here", false));
        time.advance(Duration.ofSeconds(50));
        repository
                .objects()
                .createDocument(
                        held.folder().child("covered").child("00000001"),
                        new CoverageDocument(new TimelineId(1), Lsn.NONE, Optional.empty()));
        time.advance(Duration.ofSeconds(50));

        assertThatThrownBy(() -> claims.take(applicant("there", false))).isInstanceOf(ClaimHeldException.class);
    }

    @Test
    void a_stranger_follows_a_holder_that_is_silent_for_a_minute() {
        claims.take(applicant("here", false));
        time.advance(Duration.ofSeconds(61));

        assertThat(claims.take(applicant("there", false)).session()).isEqualTo(2);
    }

    @Test
    void a_stranger_may_insist_and_the_former_holder_learns_of_it() {
        var former = claims.take(applicant("here", false));
        claims.requireNewest(former);

        claims.take(applicant("there", true));

        assertThatThrownBy(() -> claims.requireNewest(former))
                .isInstanceOf(ClaimLostException.class)
                .hasMessage("session 1 of member 'alpha' was superseded by a newer one");
    }

    @Test
    void a_session_is_live_while_it_says_how_far_the_server_is_covered() {
        var generation = Generation.admit(repository, SYSTEM, 18, new WalSegmentSize(1 << 20));
        var source = WalSource.of(claims.take(applicant("here", false)), generation);
        for (int number = 3; number < 40; number++) {
            time.advance(Duration.ofMinutes(2));
            assertThat(claims.isLive(generation, ONE, FLUSHED)).isFalse();

            repository
                    .objects()
                    .createDocument(
                            source.document("covered", number), new CoverageDocument(ONE, Lsn.NONE, Optional.empty()));

            assertThat(claims.isLive(generation, ONE, FLUSHED)).isTrue();
        }
    }

    @Test
    void a_session_is_live_while_what_it_stores_is_near_what_the_server_has_flushed() {
        var generation = Generation.admit(repository, SYSTEM, 18, new WalSegmentSize(1 << 20));
        var source = WalSource.of(claims.take(applicant("here", false)), generation);
        time.advance(Duration.ofMinutes(2));

        StoredObjects.put(
                repository.store(), source.piece(new WalRange(ONE, FLUSHED.plus(-200), FLUSHED)), new byte[0]);

        assertThat(claims.isLive(generation, ONE, FLUSHED)).isTrue();
        assertThat(claims.isLive(generation, ONE, FLUSHED.plus(1L << 32))).isFalse();
        assertThat(new Claims(repository, new MemberName("beta")).isLive(generation, ONE, FLUSHED))
                .isFalse();
    }

    @Test
    void a_session_is_live_also_when_what_it_stores_is_very_many_small_pieces() {
        var generation = Generation.admit(repository, SYSTEM, 18, new WalSegmentSize(1 << 20));
        var source = WalSource.of(claims.take(applicant("here", false)), generation);
        for (int piece = 1200; piece > 0; piece--) {
            var end = FLUSHED.plus(-1000L * (piece - 1));
            StoredObjects.put(repository.store(), source.piece(new WalRange(ONE, end.plus(-1000), end)), new byte[0]);
            if (piece == 2) {
                time.advance(Duration.ofMinutes(2));
            }
        }

        assertThat(claims.isLive(generation, ONE, FLUSHED)).isTrue();
    }

    @Test
    void another_member_is_another_matter() {
        claims.take(applicant("here", false));

        assertThat(new Claims(repository, new MemberName("beta"))
                        .take(applicant("there", false))
                        .session())
                .isEqualTo(1);
    }
}
