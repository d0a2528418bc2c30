package io.holdfast.postgres.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.repository.Repository;
import io.holdfast.repository.key.KeyChanges;
import io.holdfast.repository.key.KeyChanges.NewKey;
import io.holdfast.repository.key.KeyEncryptionKey;
import io.holdfast.repository.key.KeyFileKey;
import io.holdfast.repository.store.ObjectKey;
import io.holdfast.repository.store.StoredObject;
import io.holdfast.testkit.programs.ServerFolder;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Somebody replaces the key of a repository while a capture runs. */
class ReplacedKeyIT {

    @TempDir(factory = ServerFolder.class)
    private Path folder;

    @Test
    void a_capture_keeps_wal_in_its_spool_until_its_key_is_trusted_and_then_stores_it_under_the_new_epoch()
            throws Exception {
        try (var live = Protected.start(folder);
                var capture = live.capture()) {
            Protected.awaitStreaming(capture);
            live.write(1);
            capture.flush(Duration.ofSeconds(30));
            var successor = KeyFileKey.generate(folder.resolve("successor"), new SecureRandom());
            changes(live, live.key).replace(List.of(new NewKey(successor, "")));

            await().atMost(Protected.PATIENCE)
                    .untilAsserted(() -> assertThat(capture.status().trouble())
                            .hasValueSatisfying(trouble -> assertThat(trouble).contains("epoch 2 has begun")));
            var before = wal(live);
            live.write(1);
            var flushed = live.flushed();
            await().atMost(Protected.PATIENCE)
                    .untilAsserted(
                            () -> assertThat(capture.status().spoolBytes()).isGreaterThan(800_000));
            assertThat(wal(live)).isEqualTo(before);

            changes(live, successor).add(new NewKey(live.key, ""));

            assertThat(capture.flush(Duration.ofSeconds(30))).isGreaterThanOrEqualTo(flushed);
            live.compareWithServer(live.onlyRange(1));
            var after = wal(live);
            after.removeAll(before);
            assertThat(after)
                    .isNotEmpty()
                    .allSatisfy(key -> assertThat(epoch(live, key)).isEqualTo(2));
            assertThat(before).allSatisfy(key -> assertThat(epoch(live, key)).isEqualTo(1));
        }
    }

    private static KeyChanges changes(Protected live, KeyEncryptionKey by) {
        return Repository.open(live.repository.store(), by).keyChanges(InstantSource.system(), new SecureRandom());
    }

    private static List<ObjectKey> wal(Protected live) {
        try (var objects = live.repository.store().list(ObjectKey.of("claim"))) {
            return new ArrayList<>(objects.map(StoredObject::key)
                    .filter(key -> key.text().contains("/wal/"))
                    .toList());
        }
    }

    private static int epoch(Protected live, ObjectKey key) {
        try (var reader = live.repository.store().open(key)) {
            var epoch = ByteBuffer.allocate(4);
            reader.read(8, epoch);
            return epoch.flip().getInt();
        }
    }
}
