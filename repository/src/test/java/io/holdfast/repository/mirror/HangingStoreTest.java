package io.holdfast.repository.mirror;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.repository.MemoryStore;
import io.holdfast.repository.Repository;
import io.holdfast.repository.SeededRandom;
import io.holdfast.repository.copy.CopyProgress;
import io.holdfast.repository.copy.CopyTarget;
import io.holdfast.repository.key.KeyFileKey;
import io.holdfast.repository.store.ObjectKey;
import io.holdfast.repository.store.ObjectStore;
import io.holdfast.repository.store.StoredObject;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A store that does not answer at all, and does not let itself be interrupted either. */
class HangingStoreTest {

    private static final ObjectKey HOLD = ObjectKey.of("hold", "00000001");

    /** Much more than is waited for one store, and less than for ever. */
    private static final Duration BOUNDED = Duration.ofSeconds(60);

    private final MemoryStore first = new MemoryStore("first");
    private final MemoryStore second = new MemoryStore("second");
    private final CountDownLatch end = new CountDownLatch(1);
    private final List<String> failures = new CopyOnWriteArrayList<>();

    @TempDir
    private Path folder;

    @BeforeEach
    void one_repository_in_both() {
        var key = KeyFileKey.generate(folder.resolve("key"), new SeededRandom(3));
        try (var repository =
                Repository.initialise(first, "shop", key, InstantSource.fixed(Instant.EPOCH), new SeededRandom(4))) {
            CopyTarget.open(repository, second, CopyProgress.NONE);
        }
    }

    @AfterEach
    void let_it_go() {
        end.countDown();
    }

    private void hang() {
        while (true) {
            try {
                end.await();
                return;
            } catch (InterruptedException _) {
                // As a file system that is mounted hard.
            }
        }
    }

    /** The second store, where some operations hang. */
    private ObjectStore hanging(Set<String> operations) {
        return (ObjectStore) Proxy.newProxyInstance(
                ObjectStore.class.getClassLoader(), new Class<?>[] {ObjectStore.class}, (_, method, arguments) -> {
                    if (operations.contains(method.getName())) {
                        hang();
                    }
                    try {
                        return method.invoke(second, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    private Member member(ObjectStore store) {
        return new Member(store.location(), () -> store);
    }

    private Member hangingWhenOpened() {
        return new Member("second", () -> {
            hang();
            return second;
        });
    }

    private MirrorsForWriting writing(Member other) {
        return new MirrorsForWriting(
                List.of(member(first), other), new CommitPolicy.Primary(), (where, why) -> failures.add(why.code()));
    }

    private static void write(ObjectStore store, ObjectKey key) {
        try (var writer = store.create(key)) {
            for (int i = 0; i < 12; i++) {
                writer.write(ByteBuffer.wrap(new byte[100]));
            }
            writer.commit();
        }
    }

    /** All at once: each waits for a store that does not answer. */
    private static void within(Runnable... works) {
        var running = Stream.of(works)
                .map(work -> CompletableFuture.runAsync(
                        work, task -> Thread.ofPlatform().start(task)))
                .toList();
        assertThat(running).allSatisfy(work -> assertThat(work).succeedsWithin(BOUNDED));
    }

    @Test
    void one_that_hangs_while_it_is_opened_keeps_nobody_from_reading_or_writing() {
        within(
                () -> {
                    var store = new MirrorsForReading(
                            List.of(hangingWhenOpened(), member(first)), (where, why) -> failures.add(why.code()));
                    assertThat(store.find(Repository.ROOT)).isPresent();
                    try (var objects = store.list()) {
                        assertThat(objects.map(StoredObject::key)).contains(Repository.ROOT);
                    }
                    store.close();
                },
                () -> {
                    try (var store = writing(hangingWhenOpened())) {
                        write(store, ObjectKey.of("backup", "b", "data-00000001"));
                        write(store, HOLD);
                        assertThat(first.find(HOLD)).isPresent();
                        assertThatThrownBy(() -> store.openApart(1)).isInstanceOf(MirrorException.class);
                    }
                });
        assertThat(failures).containsOnly("mirror.too-slow");
    }

    @Test
    void one_that_hangs_when_it_is_written_to_holds_up_an_object_once_and_not_each_of_its_parts() {
        within(() -> {
            try (var store = writing(member(hanging(Set.of("create"))))) {
                long begun = System.nanoTime();
                write(store, ObjectKey.of("backup", "b", "data-00000001"));
                // Twelve parts, of which eight do not fit into the queue.
                assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(40));
                write(store, HOLD);
                assertThat(first.find(HOLD)).isPresent();
                assertThat(store.takeLacking().get(1)).isTrue();
            }
        });
    }

    @Test
    void an_object_that_nobody_wants_any_more_is_no_failure_of_a_store() {
        try (var store = writing(member(second))) {
            try (var writer = store.create(ObjectKey.of("backup", "b", "data-00000001"))) {
                writer.write(ByteBuffer.wrap(new byte[100]));
            }

            assertThat(store.takeLacking().isEmpty()).isTrue();
        }
        assertThat(failures).isEmpty();
    }
}
