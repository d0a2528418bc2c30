package io.holdfast.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.problem.Secret;
import io.holdfast.repository.disk.LocalDisk;
import io.holdfast.repository.frame.DamagedObjectException;
import io.holdfast.repository.key.KeyException;
import io.holdfast.repository.key.KeyFileKey;
import io.holdfast.repository.key.PassphraseKey;
import io.holdfast.repository.store.FilesystemStore;
import io.holdfast.repository.store.ObjectKey;
import io.holdfast.testkit.SettableTime;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A repository in a folder of the real file system. */
class RepositoryOnDiskTest {

    private static final ObjectKey DOCUMENT = new ObjectKey("generation/00000001");

    private final SettableTime time = SettableTime.nearMidnight();
    private final SecureRandom random = new SecureRandom();

    @TempDir
    private Path temporary;

    @Test
    void opens_with_its_passphrase_and_no_other() {
        var passphrase = new PassphraseKey(Secret.of("caf\u00e9"));
        try (var made = Repository.initialise(store("r"), "optimal-build", passphrase, time, random)) {
            made.objects().createDocument(DOCUMENT, List.of("one"));
        }

        try (var opened = Repository.open(store("r"), new PassphraseKey(Secret.of("cafe\u0301")))) {
            assertThat(opened.objects().readDocument(DOCUMENT, String[].class)).containsExactly("one");
        }
        try (var store = store("r")) {
            assertThatThrownBy(() -> Repository.open(store, new PassphraseKey(Secret.of("tea"))))
                    .isInstanceOf(KeyException.class)
                    .hasMessage("wrong passphrase for the repository in " + store.location());
        }
    }

    @Test
    void shows_nothing_of_what_it_holds() throws IOException {
        var key = KeyFileKey.generate(temporary.resolve("key"), random);
        try (var made = Repository.initialise(store("r"), "optimal-build", key, time, random)) {
            made.objects().createDocument(DOCUMENT, List.of("the launch code is 0000"));
        }

        try (Stream<Path> files = Files.walk(temporary.resolve("r"))) {
            assertThat(files.filter(Files::isRegularFile).toList())
                    .hasSizeGreaterThanOrEqualTo(3)
                    .noneMatch(file -> contains(file, "launch code"));
        }
    }

    @Test
    void notices_a_file_that_was_put_in_place_of_another() throws IOException {
        var key = KeyFileKey.generate(temporary.resolve("key"), random);
        try (var repository = Repository.initialise(store("r"), "optimal-build", key, time, random)) {
            var other = new ObjectKey("generation/00000002");
            repository.objects().createDocument(DOCUMENT, List.of("one"));
            repository.objects().createDocument(other, List.of("two"));
            Files.delete(temporary.resolve("r/generation/00000002"));
            Files.copy(temporary.resolve("r/generation/00000001"), temporary.resolve("r/generation/00000002"));

            assertThatThrownBy(() -> repository.objects().readDocument(other, String[].class))
                    .isInstanceOf(DamagedObjectException.class)
                    .hasMessage(
                            "object 'generation/00000002' is damaged: frame 1 at byte %d does not authenticate",
                            48 + 8 + 7 + 16);
        }
    }

    @Test
    void is_made_once_by_two_at_once() throws Exception {
        var key = KeyFileKey.generate(temporary.resolve("key"), random);
        for (int round = 0; round < 20; round++) {
            var name = "r" + round;
            store(name).close();
            var barrier = new CyclicBarrier(2);
            var made = new ArrayList<Repository>();
            try (var threads = Executors.newFixedThreadPool(2)) {
                Callable<Repository> task = () -> {
                    var store = store(name);
                    barrier.await();
                    return Repository.initialise(store, "twin", key, time, random);
                };
                for (var result : threads.invokeAll(List.of(task, task))) {
                    try {
                        made.add(result.get());
                    } catch (ExecutionException e) {
                        assertThat(e.getCause()).hasMessageStartingWith("there is already a repository in ");
                    }
                }
            }

            assertThat(made).hasSize(1);
            try (var opened = Repository.open(store(name), key)) {
                assertThat(opened.id()).isEqualTo(made.getFirst().id());
            }
        }
    }

    private FilesystemStore store(String name) {
        return FilesystemStore.create(new LocalDisk(), temporary.resolve(name), time);
    }

    private static boolean contains(Path file, String text) {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1).contains(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
