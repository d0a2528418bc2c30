package io.holdfast.postgres.archive;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.postgres.retention.NeededLocks;
import io.holdfast.repository.Repository;
import io.holdfast.repository.lock.LockShortfall;
import io.holdfast.repository.pack.BackupId;
import io.holdfast.repository.store.ObjectKey;
import io.holdfast.repository.store.ObjectStore;
import io.holdfast.repository.store.StoredObject;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which locks are too short for a backup that starts at 1.2 and stops at 1.7: those without which it is none. */
class NeededLocksTest {

    @TempDir
    private Path folder;

    private SyntheticArchive archive;
    private Repository locked;
    private Predicate<ObjectKey> locksShortly = _ -> false;

    @BeforeEach
    void make_an_archive() {
        archive = new SyntheticArchive(folder);
        locked = archive.open(locking(archive.store));
    }

    @AfterEach
    void close() {
        archive.close();
    }

    private ObjectStore locking(ObjectStore store) {
        var end = archive.time.instant().plus(Duration.ofDays(30));
        return (ObjectStore) Proxy.newProxyInstance(
                ObjectStore.class.getClassLoader(), new Class<?>[] {ObjectStore.class}, (_, method, arguments) -> {
                    if (method.getName().equals("lockedUntil")) {
                        return Optional.of(
                                locksShortly.test((ObjectKey) arguments[0]) ? end.minus(Duration.ofDays(29)) : end);
                    }
                    try {
                        return method.invoke(store, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    private BackupId backup() {
        return archive.backup(1, 1.2, 1.7);
    }

    private List<String> tooShort() {
        var found = NeededLocks.of(locked);
        assertThat(found.lockedBackups()).isEqualTo(1);
        return found.shortfalls().stream()
                .map(LockShortfall::key)
                .map(ObjectKey::text)
                .toList();
    }

    private List<String> keys(Predicate<String> which) {
        try (var objects = archive.store.list()) {
            return objects.map(StoredObject::key)
                    .map(ObjectKey::text)
                    .filter(which)
                    .toList();
        }
    }

    @Test
    void a_piece_of_which_the_backup_has_its_own_may_go_earlier() {
        var backup = backup();
        archive.ownPiece(backup, 1, 1.8);
        archive.piece(1, 1, 1.4);
        archive.piece(1, 1.4, 1.8);
        locksShortly = key -> key.text().matches("claim/.*/wal/.*");

        assertThat(tooShort()).isEmpty();
    }

    @Test
    void pieces_may_go_earlier_when_a_segment_holds_the_same() {
        backup();
        archive.piece(1, 1, 1.8);
        archive.segment(1, 1);
        locksShortly = key -> key.text().matches("claim/.*/wal/.*");

        assertThat(tooShort()).isEmpty();
    }

    @Test
    void a_piece_without_which_there_is_a_hole_may_not() {
        var backup = backup();
        archive.ownPiece(backup, 1, 1.4);
        archive.piece(1, 1.4, 1.8);
        locksShortly = key -> key.text().matches("claim/.*/wal/.*");

        assertThat(tooShort()).isEqualTo(keys(key -> key.matches("claim/.*/wal/.*")));
    }

    @Test
    void of_two_that_hold_the_same_one_must_be_locked() {
        var backup = backup();
        archive.ownPiece(backup, 1, 1.8);
        archive.piece(1, 1, 1.8);
        locksShortly = key -> key.text().matches(".*/wal/.*");

        assertThat(tooShort()).hasSize(2);
    }

    @Test
    void what_does_not_authenticate_takes_no_ones_place() {
        backup();
        archive.piece(1, 1, 1.8);
        archive.damagedSegment(1, 1);
        locksShortly = key -> key.text().matches("claim/.*/wal/.*");

        assertThat(tooShort()).isEqualTo(keys(key -> key.matches("claim/.*/wal/.*")));
    }

    @Test
    void what_is_not_wal_is_told_beside_wal_that_may_go() {
        var backup = backup();
        archive.ownPiece(backup, 1, 1.8);
        archive.piece(1, 1, 1.8);
        locksShortly = key -> key.text().matches("claim/.*/(wal/.*|claim)|repository");

        assertThat(tooShort()).containsExactlyElementsOf(keys(key -> key.matches("claim/.*/claim|repository")));
    }

    @Test
    void wal_that_is_not_there_at_all_is_not_the_matter_of_a_lock() {
        var backup = backup();
        archive.ownPiece(backup, 1, 1.4);

        assertThat(tooShort()).isEmpty();
    }
}
