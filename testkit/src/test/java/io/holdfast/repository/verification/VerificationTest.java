package io.holdfast.repository.verification;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.problem.HoldfastException;
import io.holdfast.repository.key.KeyFileKey;
import io.holdfast.repository.pack.BackupId;
import io.holdfast.repository.removal.SyntheticBackup;
import io.holdfast.repository.removal.Vault;
import io.holdfast.repository.store.ObjectKey;
import io.holdfast.repository.store.StoredObject;
import io.holdfast.testkit.StoredObjects;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VerificationTest {

    private static final Path KNOWN = Path.of("/state/verified");

    @TempDir
    private Path folder;

    private Vault vault;
    private final Random random = new Random(Long.getLong("holdfast.seed", 20261126L));

    @BeforeEach
    void make_a_vault() {
        vault = new Vault(KeyFileKey.generate(folder.resolve("key"), new SecureRandom()));
        vault.days(5);
    }

    @AfterEach
    void close() {
        vault.close();
    }

    private VerificationReport verify(boolean everything, double again) throws InterruptedException {
        var known = KnownObjects.read(vault.disk, KNOWN, vault.repository.id());
        var request = new Verification.Request(everything, again, 2);
        return new Verification(vault.repository, known, request, VerificationProgress.NONE, vault.time).run();
    }

    /** What everything is found by is read by every run. */
    private long manifests() {
        return vault.repository.manifests().ids().size();
    }

    private List<ObjectKey> sealed() {
        try (var objects = vault.store.list()) {
            return objects.map(StoredObject::key)
                    .filter(key ->
                            !key.text().equals("repository") && !key.text().startsWith("key/"))
                    .toList();
        }
    }

    /** Those that a restore cannot give back, as a restore finds out. */
    private Set<String> notRestorable(List<BackupId> backups) {
        return backups.stream()
                .filter(backup -> {
                    try {
                        SyntheticBackup.restore(
                                vault.repository, vault.repository.manifests().read(backup));
                        return false;
                    } catch (HoldfastException _) {
                        return true;
                    }
                })
                .map(BackupId::text)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> lost(VerificationReport report) {
        return report.lost().stream().map(lost -> lost.backup().text()).collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void a_damaged_object_is_found_and_costs_exactly_the_backups_that_a_restore_cannot_give_back() throws Exception {
        var backups = vault.repository.manifests().ids();
        for (var key : sealed()) {
            var sound = StoredObjects.content(vault.store, key);
            var damaged = sound.clone();
            int at = random.nextInt(damaged.length);
            damaged[at] ^= (byte) (1 << random.nextInt(8));
            replace(key, damaged);

            var report = verify(true, 0);

            assertThat(report.damages())
                    .as("%s at %d", key, at)
                    .extracting(Damage::object)
                    .containsExactly(key);
            assertThat(lost(report)).as("%s at %d", key, at).isEqualTo(notRestorable(backups));
            replace(key, sound);
        }
        assertThat(verify(true, 0).damages()).isEmpty();
    }

    private void replace(ObjectKey key, byte[] content) {
        vault.store.remove(key);
        StoredObjects.put(vault.store, key, content);
    }

    @Test
    void a_manifest_that_rots_after_it_was_read_is_found_by_the_next_run() throws Exception {
        verify(false, 0);
        var manifest = vault.repository.manifests().ids().getFirst().manifestKey();
        var bits = StoredObjects.content(vault.store, manifest);
        bits[bits.length / 2] ^= 1;
        var time = vault.time.instant();
        vault.time.set(vault.store.find(manifest).orElseThrow().stored());
        replace(manifest, bits);
        vault.time.set(time);

        var report = verify(false, 0);

        assertThat(report.damages()).extracting(Damage::object).containsExactly(manifest);
        assertThat(lost(report)).containsExactly(manifest.name());
        assertThat(report.readAgain()).isEqualTo(manifests());
    }

    @Test
    void a_missing_pack_is_found_without_reading_what_is_known() throws Exception {
        var backups = vault.repository.manifests().ids();
        verify(false, 0);
        for (var key : sealed()) {
            if (key.name().startsWith("data-") || key.name().startsWith("map-")) {
                var sound = StoredObjects.content(vault.store, key);
                vault.store.remove(key);

                var report = verify(false, 0);

                var expected = notRestorable(backups);
                assertThat(lost(report)).as(key.text()).isEqualTo(expected);
                assertThat(report.damages())
                        .extracting(Damage::object)
                        .containsExactlyElementsOf(expected.isEmpty() ? List.of() : List.of(key));
                StoredObjects.put(vault.store, key, sound);
                verify(false, 0);
            }
        }
    }

    @Test
    void what_was_read_before_is_not_read_again_but_for_a_part_of_it_that_comes_around() throws Exception {
        var first = verify(false, 0);
        assertThat(first.read()).isEqualTo(first.objects()).isEqualTo(sealed().size());

        assertThat(verify(false, 0).read()).isEqualTo(manifests());
        vault.time.advance(Duration.ofDays(1));
        vault.backup().take();
        var next = verify(false, 0);
        assertThat(next.read()).isEqualTo(next.objects() - first.objects() + manifests() - 1);

        var victim = sealed().getFirst();
        var bits = StoredObjects.content(vault.store, victim);
        bits[bits.length / 2] ^= 1;
        var time = vault.time.instant();
        vault.time.set(vault.store.find(victim).orElseThrow().stored());
        replace(victim, bits);
        vault.time.set(time);
        assertThat(verify(false, 0).damages()).isEmpty();
        int runs = 0;
        while (verify(false, 0.25).damages().isEmpty()) {
            vault.time.advance(Duration.ofDays(1));
            assertThat(++runs).isLessThan(4);
        }
        // Damage is not forgotten: it is read in every run.
        assertThat(verify(false, 0).damages()).hasSize(1);
    }

    @Test
    void a_damaged_or_foreign_memory_of_what_was_read_only_costs_time() throws Exception {
        int all = sealed().size();
        verify(false, 0);
        var file = KNOWN.resolve(vault.repository.id().toString());
        var size = vault.disk.find(file).orElseThrow().size();
        for (var length : List.of(size - 1, size / 2, 7L, 0L)) {
            try (var content = vault.disk.append(file)) {
                content.truncate(length);
            }

            assertThat(verify(false, 0).read()).isEqualTo(all);
            assertThat(verify(false, 0).read()).isEqualTo(manifests());
        }
    }
}
