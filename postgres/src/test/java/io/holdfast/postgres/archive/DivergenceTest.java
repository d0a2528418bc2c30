package io.holdfast.postgres.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.holdfast.postgres.wal.Lsn;
import io.holdfast.postgres.wal.SystemIdentifier;
import io.holdfast.postgres.wal.TimelineId;
import io.holdfast.postgres.wal.WalFixture;
import io.holdfast.postgres.wal.WalIndex;
import io.holdfast.postgres.wal.WalScanner;
import io.holdfast.postgres.wal.WalSegmentName;
import io.holdfast.postgres.wal.WalSegmentSize;
import io.holdfast.postgres.wal.WalSink;
import io.holdfast.repository.Repository;
import io.holdfast.repository.disk.LocalDisk;
import io.holdfast.repository.frame.ObjectType;
import io.holdfast.repository.key.KeyFileKey;
import io.holdfast.repository.pack.BackupId;
import io.holdfast.repository.store.FilesystemStore;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** WAL of one timeline that two members have stored; it is that of a real server. */
class DivergenceTest {

    private static final TimelineId ONE = new TimelineId(1);
    private static final WalSegmentSize SEGMENT = WalFixture.ONE_MEBIBYTE;
    private static final MemberName ALPHA = new MemberName("alpha");
    private static final MemberName BETA = new MemberName("beta");
    private static final int DIFFERS = 300_000;

    @TempDir
    private Path folder;

    private final WalFixture fixture = WalFixture.of(18, 1);
    private final byte[] wal = fixture.bytes();
    private final byte[] other = wal.clone();
    private Repository repository;
    private Generation generation;

    @BeforeEach
    void make_a_repository() {
        other[DIFFERS] ^= 1;
        var store = FilesystemStore.create(new LocalDisk(), folder.resolve("repository"), InstantSource.system());
        repository = Repository.initialise(
                store,
                "test",
                KeyFileKey.generate(folder.resolve("key"), new SecureRandom()),
                InstantSource.system(),
                new SecureRandom());
        generation = Generation.admit(repository, fixture.identity().system(), 18, SEGMENT);
    }

    @AfterEach
    void close() {
        repository.close();
    }

    private Lsn at(int offset) {
        return fixture.start().plus(offset);
    }

    private WalWriter writer(MemberName member, int session) {
        return new WalWriter(repository.objects(), WalSource.of(new Claim(member, session), generation));
    }

    private void store(MemberName member, int from, int to, byte[] bytes) {
        store(member, from, to, bytes, at(to));
    }

    private void store(MemberName member, int from, int to, byte[] bytes, Lsn validEnd) {
        writer(member, 1).store(footer(from, to, validEnd), Arrays.copyOfRange(bytes, from, to));
    }

    private WalFooter footer(int from, int to, Lsn validEnd) {
        var range = new WalRange(ONE, at(from), at(to));
        return new WalFooter(range, validEnd, Optional.empty(), WalIndex.empty(ONE, range.start(), range.end()));
    }

    private void merge(MemberName member, byte[] bytes) {
        var writer = writer(member, 1);
        writer.write(
                writer.source().segment(SEGMENT.name(ONE, fixture.start())),
                ObjectType.WAL_SEGMENT,
                footer(0, SEGMENT.bytes(), at(SEGMENT.bytes())),
                bytes);
    }

    /** That looks whenever it is asked. */
    private MemberAgreement agreement(MemberName member) {
        return agreement(member, Duration.ZERO);
    }

    private MemberAgreement agreement(MemberName member, Duration every) {
        return new MemberAgreement(
                repository,
                generation,
                new Claim(member, 1),
                MemberWal.load(repository, generation, member),
                every,
                InstantSource.system());
    }

    private List<WalSegmentName> firstSegment() {
        return List.of(SEGMENT.name(ONE, fixture.start()));
    }

    private WalArchive archive() {
        return WalArchive.load(repository, generation);
    }

    /** Where the record begins that holds the byte which differs. */
    private Lsn lastCommon() {
        var scanner = WalScanner.startAt(fixture.identity(), fixture.start(), WalSink.NOTHING);
        scanner.feed(fixture.start(), ByteBuffer.wrap(wal, 0, DIFFERS));
        return scanner.validEnd();
    }

    @Test
    void what_agrees_is_one_stretch() {
        store(ALPHA, 0, 500_000, wal);
        store(BETA, 200_000, 700_000, wal);

        assertThat(archive().divergences()).isEmpty();
        assertThat(archive().coverage(ONE)).containsExactly(new WalRange(ONE, at(0), at(700_000)));
    }

    @Test
    void what_differs_ends_at_the_last_record_that_both_have_and_names_both() {
        store(ALPHA, 0, 500_000, wal);
        store(BETA, 200_000, 700_000, other);
        var archive = archive();

        assertThat(archive.divergence(ONE).orElseThrow().explain())
                .isEqualTo(
                        "WAL of member 'alpha' and of member 'beta' differs on timeline 1 from %s on: neither is used beyond that point",
                        lastCommon());
        assertThat(archive.coverage(ONE)).containsExactly(new WalRange(ONE, at(0), lastCommon()));
        assertThat(archive.newest(ONE, at(0)).orElseThrow().validEnd()).isEqualTo(lastCommon());
        assertThat(RecoverableTo.of(archive).orElseThrow().validEnd()).isEqualTo(lastCommon());
    }

    @Test
    void neither_is_read_beyond_that_point() {
        store(ALPHA, 0, 500_000, wal);
        store(BETA, 200_000, 700_000, other);

        var refusal = catchThrowableOfType(
                WalMissingException.class,
                () -> archive().read(new WalRange(ONE, at(0), at(400_000)), (_, _, _, _) -> {}));

        assertThat(refusal)
                .hasMessageStartingWith(
                        "WAL from %s to %s on timeline 1 is not in the repository: WAL of member 'alpha'"
                                .formatted(lastCommon(), at(400_000)));
        assertThat(refusal.hint()).isEqualTo(Divergence.HINT);
    }

    @Test
    void an_unfinished_record_at_the_end_of_one_is_not_compared() {
        store(ALPHA, 0, DIFFERS + 100, other, at(DIFFERS));
        store(BETA, 0, 700_000, wal);

        assertThat(archive().divergences()).isEmpty();
        assertThat(archive().coverage(ONE)).containsExactly(new WalRange(ONE, at(0), at(700_000)));
    }

    @Test
    void what_fills_a_segment_up_after_a_switch_is_not_compared() {
        int begin = 2 * SEGMENT.bytes();
        int end = 3 * SEGMENT.bytes();
        var filled = wal.clone();
        Arrays.fill(filled, end - 100_000, end, (byte) 7);
        store(ALPHA, begin, end, wal);
        store(BETA, begin, end, filled);
        assertThat(archive().divergences()).isEmpty();

        filled[begin + 100] ^= 1;
        writer(new MemberName("gamma"), 1).store(footer(begin, end, at(end)), Arrays.copyOfRange(filled, begin, end));

        assertThat(archive().divergences()).hasSize(1);
    }

    @Test
    void a_member_that_merges_later_declares_it_and_keeps_what_it_has() {
        store(ALPHA, 0, SEGMENT.bytes(), wal);
        merge(ALPHA, wal);
        store(BETA, 0, SEGMENT.bytes(), other);
        assertThat(agreement(BETA).allows(firstSegment())).isTrue();
        merge(BETA, other);

        assertThat(archive().declared(ONE)).isPresent();
        assertThat(archive().coverage(ONE)).containsExactly(new WalRange(ONE, at(0), lastCommon()));
    }

    @Test
    void it_is_declared_once() {
        store(ALPHA, 0, SEGMENT.bytes(), wal);
        store(BETA, 0, SEGMENT.bytes(), other);
        var beta = agreement(BETA);

        beta.allows(firstSegment());
        beta.allows(firstSegment());
        agreement(ALPHA).allows(firstSegment());

        try (var objects = repository.store().list()) {
            assertThat(objects.map(object -> object.key().text()).filter(key -> key.contains("/divergence/")))
                    .containsExactly("claim/beta/00000001/00000001/divergence/00000001");
        }
        assertThat(beta.divergence().orElseThrow().at()).isEqualTo(lastCommon());
    }

    @Test
    void what_was_merged_while_nobody_else_was_seen_is_compared_afterwards() {
        store(ALPHA, 0, SEGMENT.bytes(), wal);
        merge(ALPHA, wal);
        store(BETA, 0, SEGMENT.bytes(), other);
        merge(BETA, other);
        assertThat(archive().divergences()).isEmpty();

        agreement(ALPHA, Duration.ofMinutes(1)).allows(List.of());

        assertThat(archive().declared(ONE)).isPresent();
    }

    @Test
    void whole_segments_that_agree_are_not_declared() {
        store(ALPHA, 0, SEGMENT.bytes(), wal);
        merge(ALPHA, wal);
        store(BETA, 0, SEGMENT.bytes(), wal);
        agreement(BETA).allows(firstSegment());
        merge(BETA, wal);

        assertThat(archive().divergences()).isEmpty();
    }

    @Test
    void a_timeline_that_was_begun_at_two_positions_is_used_up_to_the_earlier() {
        var two = new TimelineId(2);
        writer(ALPHA, 1).storeHistory(two, "1\t0/9000000\tno recovery target specified\n");
        writer(BETA, 1).storeHistory(two, "1\t0/8000000\tno recovery target specified\n");
        var archive = archive();

        assertThat(archive.divergence(two).orElseThrow().at()).isEqualTo(Lsn.parse("0/8000000"));
        assertThat(archive.history(two).orElseThrow().begin()).isEqualTo(Lsn.parse("0/8000000"));
    }

    @Test
    void histories_that_differ_in_their_reason_only_are_the_same() {
        var two = new TimelineId(2);
        writer(ALPHA, 1).storeHistory(two, "1\t0/9000000\tno recovery target specified\n");
        writer(BETA, 1).storeHistory(two, "1\t0/9000000\tbefore 2026-01-15\n");

        assertThat(archive().divergences()).isEmpty();
    }

    @Test
    void a_backup_compares_what_it_streamed_with_all_that_is_there_before_it_counts() {
        var backup = BackupId.of(Instant.parse("2026-01-15T02:00:00Z"), BackupId.Kind.FULL);
        var own = new WalWriter(repository.objects(), WalSource.of(backup, generation));
        store(ALPHA, 0, SEGMENT.bytes(), wal);
        merge(ALPHA, wal);
        own.store(footer(100_000, 200_000, at(200_000)), Arrays.copyOfRange(other, 100_000, 200_000));
        assertThat(WalArchive.loadRecent(repository, generation, ONE, at(100_000), backup)
                        .divergenceOf(backup, ONE))
                .isEmpty();

        own.store(footer(200_000, 400_000, at(400_000)), Arrays.copyOfRange(other, 200_000, 400_000));

        var found = WalArchive.loadRecent(repository, generation, ONE, at(100_000), backup)
                .divergenceOf(backup, ONE);
        assertThat(found.orElseThrow().explain())
                .startsWith("WAL of backup 20260115-020000F and of member 'alpha' differs on timeline 1 from ");
    }

    @Test
    void wal_of_another_generation_is_never_offered() {
        store(ALPHA, 0, SEGMENT.bytes(), wal);
        merge(ALPHA, wal);
        var next = new Generation(2, new SystemIdentifier(7), 18, new WalSegmentSize(4 * SEGMENT.bytes()));
        next.open(repository);
        var before = List.of(
                WalArchive.load(repository, next), WalArchive.loadRecent(repository, next, ONE, fixture.start()));
        assertThat(before).allSatisfy(archive -> assertThat(archive.timelines()).isEmpty());
        assertThat(MemberWal.load(repository, next, ALPHA).newest()).isEmpty();

        new WalWriter(repository.objects(), WalSource.of(new Claim(ALPHA, 2), next))
                .store(footer(100, 200, at(200)), new byte[100]);

        var own = new WalRange(ONE, at(100), at(200));
        assertThat(WalArchive.load(repository, next).coverage(ONE)).containsExactly(own);
        assertThat(WalArchive.loadRecent(repository, next, ONE, fixture.start()).coverage(ONE))
                .containsExactly(own);
        assertThat(MemberWal.load(repository, next, ALPHA).newest()).contains(own);
        assertThat(archive().divergences()).isEmpty();
        assertThat(archive().coverage(ONE)).containsExactly(new WalRange(ONE, at(0), at(SEGMENT.bytes())));
    }
}
