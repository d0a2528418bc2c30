package io.holdfast.postgres.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.postgres.wal.Lsn;
import io.holdfast.postgres.wal.SystemIdentifier;
import io.holdfast.postgres.wal.TimelineId;
import io.holdfast.postgres.wal.WalIndex;
import io.holdfast.postgres.wal.WalSegmentSize;
import io.holdfast.problem.Secret;
import io.holdfast.repository.Repository;
import io.holdfast.repository.disk.LocalDisk;
import io.holdfast.repository.frame.ObjectType;
import io.holdfast.repository.key.PassphraseKey;
import io.holdfast.repository.store.FilesystemStore;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WalArchiveTest {

    private static final TimelineId ONE = new TimelineId(1);
    private static final WalSegmentSize SEGMENT = new WalSegmentSize(1 << 20);
    private static final Claim CLAIM = new Claim(new MemberName("here"), 1);

    @TempDir
    private Path folder;

    private final byte[] wal = new byte[3 << 20];
    private Repository repository;
    private Generation generation;
    private WalWriter writer;

    @BeforeEach
    void makeRepository() {
        new Random(42).nextBytes(wal);
        var store = FilesystemStore.create(new LocalDisk(), folder.resolve("repository"), InstantSource.system());
        repository = Repository.initialise(
                store,
                "test",
                new PassphraseKey(Secret.of("correct horse")),
                InstantSource.system(),
                new SecureRandom());
        generation = Generation.admit(repository, new SystemIdentifier(7), 18, SEGMENT);
        writer = new WalWriter(repository.objects(), WalSource.of(CLAIM, generation));
    }

    @AfterEach
    void close() {
        repository.close();
    }

    @Test
    void a_range_is_read_across_pieces_that_do_not_end_where_it_does() {
        store(0, 700_000);
        store(700_000, 700_001);
        store(700_001, 2_500_000);

        assertThat(read(650_000, 2_400_000)).isEqualTo(slice(650_000, 2_400_000));
    }

    @Test
    void a_hole_is_refused_with_what_is_missing() {
        store(0, 1000);
        store(2000, 3000);

        assertThatThrownBy(() -> read(500, 2500))
                .isInstanceOf(WalMissingException.class)
                .hasMessage("WAL from 0/3E8 to 0/9C4 on timeline 1 is not in the repository");
    }

    @Test
    void coverage_is_told_by_names_alone() {
        store(0, 1000);
        store(1000, 1500);
        store(2000, 3000);

        assertThat(archive().coverage(ONE)).containsExactly(range(0, 1500), range(2000, 3000));
        assertThat(archive().coveredFrom(ONE, new Lsn(1200))).contains(new Lsn(1500));
        assertThat(archive().coveredFrom(ONE, new Lsn(1700))).isEmpty();
    }

    @Test
    void a_piece_that_has_gone_is_replaced_by_the_segment_that_was_made_of_it() throws IOException {
        store(0, 500_000);
        store(500_000, 1 << 20);
        var archive = archive();
        writer.write(
                writer.source().segment(SEGMENT.name(ONE, new Lsn(0))),
                ObjectType.WAL_SEGMENT,
                footer(0, 1 << 20),
                wal);
        Files.delete(folder.resolve("repository")
                .resolve(writer.source().piece(range(500_000, 1 << 20)).text()));

        var read = new ByteArrayOutputStream();
        archive.read(range(0, 1 << 20), (_, bytes, offset, length) -> read.write(bytes, offset, length));

        assertThat(read.toByteArray()).isEqualTo(slice(0, 1 << 20));
    }

    @Test
    void a_footer_says_what_it_was_given() {
        var covered = Instant.parse("2026-01-15T02:00:00.123456Z");
        var footer = new WalFooter(
                range(16, 1000), new Lsn(800), Optional.of(covered), WalIndex.empty(ONE, new Lsn(16), new Lsn(1000)));
        writer.store(footer, wal);

        var found = archive().newest(ONE, new Lsn(16)).orElseThrow();

        assertThat(found.range()).isEqualTo(range(16, 1000));
        assertThat(found.validEnd()).isEqualTo(new Lsn(800));
        assertThat(found.coveredUntil()).contains(covered);
    }

    @Test
    void a_history_comes_back_byte_for_byte() {
        var content = "1\t0/3000000\tno recovery target specified\n\n";
        writer.storeHistory(new TimelineId(2), content);
        writer.storeHistory(new TimelineId(2), content);

        assertThat(archive().historyFile(new TimelineId(2))).contains(content);
        assertThat(archive().history(new TimelineId(2)).orElseThrow().parent()).contains(ONE);
        assertThat(archive().timelines()).containsExactly(new TimelineId(2));
    }

    @Test
    void another_cluster_is_refused() {
        assertThatThrownBy(() -> Generation.admit(repository, new SystemIdentifier(8), 18, SEGMENT))
                .isInstanceOf(OtherClusterException.class)
                .hasMessage("repository 'test' protects another cluster than the one with system identifier 8");
    }

    private void store(int start, int end) {
        writer.store(footer(start, end), slice(start, end));
    }

    private static WalFooter footer(int start, int end) {
        return new WalFooter(
                range(start, end), new Lsn(end), Optional.empty(), WalIndex.empty(ONE, new Lsn(start), new Lsn(end)));
    }

    private byte[] read(int start, int end) {
        var read = new ByteArrayOutputStream();
        archive().read(range(start, end), (_, bytes, offset, length) -> read.write(bytes, offset, length));
        return read.toByteArray();
    }

    private WalArchive archive() {
        return WalArchive.load(repository, generation);
    }

    private byte[] slice(int start, int end) {
        return Arrays.copyOfRange(wal, start, end);
    }

    private static WalRange range(long start, long end) {
        return new WalRange(ONE, new Lsn(start), new Lsn(end));
    }
}
