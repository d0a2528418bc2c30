package io.holdfast.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.repository.document.Json;
import io.holdfast.repository.key.KeyFileKey;
import io.holdfast.repository.manifest.FileEntry;
import io.holdfast.repository.manifest.FilePath;
import io.holdfast.repository.manifest.Manifest;
import io.holdfast.repository.manifest.Page;
import io.holdfast.repository.manifest.PageList;
import io.holdfast.repository.pack.BackupId;
import io.holdfast.repository.pack.FrameReference;
import io.holdfast.repository.pack.PackId;
import io.holdfast.repository.pack.PackWriter;
import io.holdfast.repository.store.FilesystemStore;
import io.holdfast.testkit.CrashLoop;
import io.holdfast.testkit.CrashLoop.Interruption;
import io.holdfast.testkit.PowerFailureDisk;
import io.holdfast.testkit.SettableTime;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a repository still is when the machine stops in any operation of the disk beneath it. */
class RepositoryPowerFailureTest {

    private static final Path FOLDER = Path.of("/srv/back up's/repository");

    private final SettableTime time = SettableTime.nearMidnight();
    private final SecureRandom random = new SecureRandom();

    @TempDir
    private Path folder;

    private KeyFileKey key;

    @BeforeEach
    void make_a_key_file() {
        key = KeyFileKey.generate(folder.resolve("key"), random);
    }

    @ParameterizedTest
    @EnumSource
    void init_interrupted_anywhere_leaves_a_repository_or_room_for_one(Interruption interruption) {
        var interruptions = init(() -> PowerFailureDisk.strict(time), interruption);

        assertThat(interruptions).isGreaterThan(10);
    }

    @Test
    void init_interrupted_anywhere_on_a_disk_that_forgets_some() {
        for (int i = 0; i < 20; i++) {
            int seed = i;
            init(() -> PowerFailureDisk.adversarial(time, seed), Interruption.POWER_CUT);
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_backup_that_is_listed_is_whole_and_one_that_was_committed_is_listed(Interruption interruption) {
        backup(() -> PowerFailureDisk.strict(time), interruption);
    }

    @Test
    void a_backup_that_is_listed_is_whole_on_a_disk_that_forgets_some() {
        for (int i = 0; i < 20; i++) {
            int seed = i;
            backup(() -> PowerFailureDisk.adversarial(time, seed), Interruption.POWER_CUT);
        }
    }

    private long init(Supplier<PowerFailureDisk> disks, Interruption interruption) {
        return new CrashLoop<List<String>>(disks, ArrayList::new)
                .run(
                        interruption,
                        (disk, initialised) -> {
                            try (var repository = initialise(disk, "first")) {
                                initialised.add(repository.name());
                            }
                        },
                        (disk, initialised) -> {
                            if (!isInitialised(disk)) {
                                assertThat(initialised).isEmpty();
                                initialise(disk, "second").close();
                            }
                            try (var repository = open(disk)) {
                                assertThat(repository.name())
                                        .isIn(initialised.isEmpty() ? List.of("first", "second") : initialised);
                            }
                            assertThatThrownBy(() -> initialise(disk, "third"))
                                    .hasMessageStartingWith("there is already a repository in ");
                        });
    }

    private void backup(Supplier<PowerFailureDisk> disks, Interruption interruption) {
        new CrashLoop<List<BackupId>>(
                        () -> {
                            var disk = disks.get();
                            initialise(disk, "optimal-build").close();
                            return disk;
                        },
                        ArrayList::new)
                .run(
                        interruption,
                        (disk, committed) -> {
                            try (var repository = open(disk)) {
                                for (var id : List.of("20260228-235958F", "20260301-000000F")) {
                                    committed.add(backup(repository, new BackupId(id)));
                                }
                            }
                        },
                        (disk, committed) -> {
                            try (var repository = open(disk)) {
                                var listed = repository.manifests().ids();
                                assertThat(listed).containsAll(committed);
                                for (var id : listed) {
                                    assertThat(files(repository, id)).isEqualTo(20);
                                }
                            }
                        });
    }

    private BackupId backup(Repository repository, BackupId id) {
        var number = new AtomicInteger();
        var pages = new ArrayList<FrameReference>();
        FrameReference list;
        try (var writer =
                new PackWriter(repository.objects(), () -> new PackId(id, PackId.Kind.MAP, number.incrementAndGet()))) {
            for (int i = 0; i < 2; i++) {
                int first = i * 10;
                var page = new Page(Stream.iterate(first, n -> n < first + 10, n -> n + 1)
                        .<FileEntry>map(n -> new FileEntry.Folder(new FilePath("data/%02d".formatted(n)), 0700, n))
                        .toList());
                var bytes = page.encode();
                pages.add(writer.append(bytes, 0, bytes.length));
                writer.finish();
            }
            var bytes = new PageList(pages).encode();
            list = writer.append(bytes, 0, bytes.length);
            writer.finish();
        }
        repository
                .manifests()
                .commit(new Manifest(
                        Manifest.VERSION,
                        id,
                        1,
                        Optional.empty(),
                        time.instant(),
                        time.instant(),
                        Instant.parse("9999-12-31T00:00:00Z"),
                        1024 * 1024,
                        1,
                        List.of(list),
                        new Manifest.Totals(0, 0, 0, 0),
                        Json.mapper().createObjectNode()));
        return id;
    }

    private static long files(Repository repository, BackupId id) {
        try (var entries = repository.manifests().entries(repository.manifests().read(id))) {
            return entries.map(FileEntry::path).distinct().count();
        }
    }

    private boolean isInitialised(PowerFailureDisk disk) {
        try (var store = FilesystemStore.create(disk, FOLDER, time)) {
            return Repository.existsIn(store);
        }
    }

    private Repository initialise(PowerFailureDisk disk, String name) {
        return Repository.initialise(FilesystemStore.create(disk, FOLDER, time), name, key, time, random);
    }

    private Repository open(PowerFailureDisk disk) {
        return Repository.open(FilesystemStore.openForWriting(disk, FOLDER, time), key);
    }
}
