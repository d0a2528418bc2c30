package io.holdfast.repository.removal;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.repository.key.KeyFileKey;
import io.holdfast.repository.manifest.Manifest;
import io.holdfast.repository.manifest.StoredManifest;
import io.holdfast.repository.pack.BackupId;
import io.holdfast.repository.retention.RetentionPolicy;
import io.holdfast.repository.store.ObjectKey;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Somebody has removed a part of backups that the policy would rely upon. */
class MissingPackTest {

    @TempDir
    private Path folder;

    private Set<BackupId> lacking = Set.of();

    private static ObjectKey pack(Manifest of) {
        return ObjectKey.of("backup", of.id().text(), "data-00000001");
    }

    private void expire(Vault vault) {
        for (int run = 0; run < 2; run++) {
            new Keeper(vault.repository, new Told(), RetentionPolicy.ofWindow(Duration.ofHours(1)), Vault.GRACE).run();
            vault.time.advance(Vault.GRACE);
        }
    }

    /** Remembers of which backups it is told that they lack a pack: what an engine keeps for them is of no use alone. */
    private final class Told implements Contents {

        private final PlainContents plain = new PlainContents();

        @Override
        public History history(List<StoredManifest> manifests) {
            return plain.history(manifests);
        }

        @Override
        public Judge judge(Kept kept) {
            lacking = kept.lacking();
            return plain.judge(kept);
        }
    }

    private static List<BackupId> left(Vault vault) {
        return vault.repository.manifests().ids();
    }

    @Test
    void the_last_whole_backup_stays_when_the_newer_ones_lack_a_pack() {
        try (var vault = new Vault(KeyFileKey.generate(folder.resolve("key"), new SecureRandom()))) {
            var taken = vault.days(6);
            var whole = taken.get(3);
            vault.store.remove(pack(taken.get(4)));
            vault.store.remove(pack(taken.get(5)));

            expire(vault);

            assertThat(left(vault))
                    .contains(whole.id(), taken.get(5).id())
                    .doesNotContain(taken.get(0).id());
            SyntheticBackup.restore(vault.repository, whole);
            assertThat(lacking).contains(taken.get(4).id(), taken.get(5).id()).doesNotContain(whole.id());
        }
    }

    @Test
    void where_every_backup_lacks_one_the_policy_is_as_it_was() {
        try (var vault = new Vault(KeyFileKey.generate(folder.resolve("key"), new SecureRandom()))) {
            var taken = vault.days(3);
            taken.forEach(manifest -> vault.store.remove(pack(manifest)));

            expire(vault);

            assertThat(left(vault))
                    .containsExactly(taken.get(1).id(), taken.get(2).id());
        }
    }
}
