package io.holdfast.repository.removal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.repository.key.KeyFileKey;
import io.holdfast.repository.manifest.Manifest;
import io.holdfast.repository.manifest.StoredManifest;
import io.holdfast.repository.manifest.VoidManifestException;
import io.holdfast.repository.pack.BackupId;
import io.holdfast.repository.retention.Hold;
import io.holdfast.repository.retention.Holds;
import io.holdfast.repository.retention.RetentionPolicy;
import io.holdfast.repository.retention.Verdict;
import io.holdfast.repository.store.Capability;
import io.holdfast.repository.store.ObjectKey;
import io.holdfast.testkit.Turns;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a keeper removes and spares, one rule at a time. */
class KeeperTest {

    @TempDir
    private Path folder;

    private Vault vault;

    @BeforeEach
    void make_a_vault() {
        vault = new Vault(KeyFileKey.generate(folder.resolve("key"), new SecureRandom()));
    }

    @AfterEach
    void everything_that_is_listed_can_be_restored() {
        SyntheticBackup.restoreAll(vault.repository);
        vault.close();
    }

    private static List<BackupId> ids(List<Manifest> manifests) {
        return manifests.stream().map(Manifest::id).toList();
    }

    @Test
    void backups_older_than_the_window_go_with_what_only_they_reached() {
        var taken = ids(vault.days(15));
        long before = bytes();

        vault.expire();

        // The window of ten days, and the backup from which its beginning is restored.
        assertThat(vault.repository.manifests().ids()).isEqualTo(taken.subList(3, 15));
        assertThat(bytes()).isLessThan(before);
        assertThat(SyntheticBackup.restoreAll(vault.repository)).hasSize(12);
    }

    @Test
    void proofs_stay_also_when_their_backup_has_gone() {
        var first = ids(vault.days(15)).getFirst();
        var proof = ObjectKey.of("proof", first.text(), "20260301-020041-0badcafe");
        vault.repository.objects().createDocument(proof, List.of("good"));
        vault.time.advance(Vault.GRACE);

        vault.expire();

        assertThat(vault.repository.manifests().ids()).doesNotContain(first);
        assertThat(vault.keys()).contains(proof.text());
    }

    private long bytes() {
        try (var objects = vault.store.list()) {
            return objects.filter(object -> !object.key().text().startsWith("condemn/"))
                    .mapToLong(object -> object.size())
                    .sum();
        }
    }

    @Test
    void nothing_is_removed_before_the_grace_has_passed() {
        vault.days(15);
        var before = vault.keys();

        var first = vault.keeper().run();
        vault.time.advance(Vault.GRACE.minusSeconds(1));
        var second = vault.keeper().run();

        assertThat(RemovalReport.objects(first.condemned())).isPositive();
        assertThat(second.removed()).isEmpty();
        assertThat(second.waiting()).isEqualTo(first.condemned());
        assertThat(vault.keys()).containsAll(before);
    }

    @Test
    void a_dry_run_says_what_would_be_and_changes_nothing() {
        vault.days(15);
        var before = vault.keys();

        var plan = vault.keeper().plan();

        assertThat(RemovalReport.bytes(plan.condemned())).isPositive();
        assertThat(plan.verdicts()).filteredOn(Verdict.Expire.class::isInstance).hasSize(3);
        assertThat(vault.keys()).isEqualTo(before);
    }

    @Test
    void the_newest_backup_stays_however_old_it_is() {
        vault.days(1);
        vault.time.advance(Duration.ofDays(1000));
        new Holds(vault.repository)
                .place(new Holds.Subject(Optional.empty(), Optional.empty()), "x", "y", Optional.empty());

        vault.expire();

        assertThat(vault.repository.manifests().ids()).hasSize(1);
    }

    @Test
    void where_nothing_new_arrives_nothing_gets_old() {
        var taken = ids(vault.days(9));
        vault.time.advance(Duration.ofDays(1000));

        vault.expire();

        assertThat(vault.repository.manifests().ids()).isEqualTo(taken);
    }

    @Test
    void a_backup_that_was_left_goes_when_its_intent_has_died() {
        vault.days(2);
        var open = vault.backup().open(Optional.empty());
        vault.repository.objects().createDocument(open.backup().folder().child("data-00000001"), "left");

        vault.time.advance(Duration.ofHours(24));
        vault.expire();
        assertThat(vault.keys()).anyMatch(key -> key.contains(open.backup().text()));

        vault.time.advance(Duration.ofHours(2));
        vault.expire();
        assertThat(vault.keys()).noneMatch(key -> key.startsWith("backup/" + open.backup()));
    }

    @Test
    void a_parent_that_expires_is_spared_while_a_backup_builds_upon_it() {
        vault.days(15);
        var oldest = vault.repository.manifests().ids().getFirst();
        var writer = vault.backup();
        var open = writer.open(Optional.of(oldest));
        assertThat(open.parentStays()).isTrue();

        vault.expire();

        var taken = writer.take(open, Optional.of(vault.repository.manifests().read(oldest)));
        assertThat(SyntheticBackup.restoreAll(vault.repository)).contains(oldest, taken.id());
    }

    @Test
    void a_parent_that_is_condemned_is_not_built_upon() {
        vault.days(15);
        var oldest = vault.repository.manifests().ids().getFirst();
        vault.keeper().run();

        assertThat(new Intents(vault.repository).condemned()).contains(oldest);
        assertThat(vault.backup().open(Optional.of(oldest)).parentStays()).isFalse();
    }

    @Test
    void a_parent_that_has_gone_is_not_built_upon() {
        vault.days(15);
        var oldest = vault.repository.manifests().ids().getFirst();
        vault.expire();
        vault.time.advance(Duration.ofDays(3));
        vault.backup().take();
        vault.keeper().run();

        assertThat(vault.backup().open(Optional.of(oldest)).parentStays()).isFalse();
    }

    @Test
    void a_backup_whose_parent_is_condemned_meanwhile_fails() {
        vault.days(15);
        var oldest = vault.repository.manifests().ids().getFirst();
        var open = vault.backup().open(Optional.of(oldest));
        assertThat(open.parentStays()).isTrue();
        var survey =
                new Survey(vault.repository, new PlainContents(), RetentionPolicy.ofWindow(Vault.WINDOW), Vault.GRACE);
        assertThat(survey.builtUpon()).containsExactly(oldest);

        // As a keeper would have written it that had looked just before the intent.
        CondemnLists.read(vault.repository)
                .write(
                        vault.repository,
                        new CondemnList(
                                0,
                                List.of(new CondemnList.Group(
                                        "x",
                                        "y",
                                        List.of(new CondemnList.Entry(
                                                oldest.manifestKey().text(), 1))))));

        assertThatThrownBy(open::requireNothingCondemned)
                .isInstanceOf(RemovalException.class)
                .hasMessage("'manifest/%s', which backup %s needs, was condemned while it was taken"
                        .formatted(oldest, open.backup()));
    }

    @Test
    void a_backup_that_slept_longer_than_its_intent_lives_fails() {
        vault.days(1);
        var open = vault.backup().open(Optional.empty());

        vault.time.advance(Intents.LIFE.plusSeconds(1));

        assertThatThrownBy(open::prolong).isInstanceOf(RemovalException.class).hasMessageContaining(" died at ");
        assertThatThrownBy(open::requireNothingCondemned).isInstanceOf(RemovalException.class);
    }

    @Test
    void a_backup_that_prolongs_its_intent_may_take_days() {
        vault.days(1);
        var writer = vault.backup();
        var open = writer.open(Optional.empty());
        assertThat(open.parentStays()).isTrue();

        for (int i = 0; i < 20; i++) {
            vault.time.advance(Duration.ofHours(13));
            open.prolong();
            vault.keeper().run();
        }

        var taken = writer.take(open, Optional.empty());
        assertThat(SyntheticBackup.restoreAll(vault.repository)).contains(taken.id());
    }

    @Test
    void an_intent_that_was_prolonged_after_its_death_stays_dead() {
        var open = vault.backup().open(Optional.empty());
        vault.time.advance(Duration.ofHours(23));
        vault.repository.objects().createDocument(open.backup().folder().child("intent-00000002"), intent(open));
        vault.time.advance(Duration.ofHours(24));
        assertThat(new Intents(vault.repository).living(vault.time.instant()).living())
                .hasSize(1);

        vault.time.advance(Duration.ofHours(2));
        vault.repository.objects().createDocument(open.backup().folder().child("intent-00000003"), intent(open));

        assertThat(new Intents(vault.repository).living(vault.time.instant()).living())
                .isEmpty();
    }

    private Intent intent(OpenIntent open) {
        return new Intent(open.backup(), Optional.empty(), "late", vault.time.instant());
    }

    @Test
    void a_manifest_that_comes_too_late_is_void_and_goes() {
        vault.days(2);
        var writer = vault.backup();
        var open = writer.open(Optional.empty());
        assertThat(open.parentStays()).isTrue();
        var deadline = open.deadline();
        var other = vault.backup().take();
        vault.time.set(deadline.plusSeconds(1));
        var late = new Manifest(
                Manifest.VERSION,
                open.backup(),
                1,
                Optional.empty(),
                other.begun(),
                other.completed(),
                deadline,
                other.frameSize(),
                1,
                other.catalogue(),
                other.totals(),
                other.postgres());

        assertThatThrownBy(() -> vault.repository.manifests().commit(late)).isInstanceOf(VoidManifestException.class);
        assertThat(vault.repository.manifests().find(open.backup())).isEmpty();
        assertThat(SyntheticBackup.restoreAll(vault.repository)).doesNotContain(open.backup());

        vault.time.advance(Duration.ofHours(2));
        vault.expire();
        assertThat(vault.keys()).noneMatch(key -> key.contains(open.backup().text()));
    }

    @Test
    void a_held_backup_stays_until_the_hold_ends() {
        var oldest = vault.days(15).getFirst().id();
        var holds = new Holds(vault.repository);
        var hold = holds.place(
                new Holds.Subject(Optional.of(oldest), Optional.empty()),
                "audit",
                "ops",
                Optional.of(Duration.ofHours(5)));

        vault.expire();
        assertThat(vault.repository.manifests().ids()).contains(oldest);

        hold = holds.renew(hold, Duration.ofHours(10));
        vault.time.advance(Duration.ofHours(5));
        vault.expire();
        assertThat(vault.repository.manifests().ids()).contains(oldest);
        assertThat(hold.isInForce(vault.time.instant())).isTrue();

        holds.release(hold.number(), "seen", "ops");
        vault.expire();
        assertThat(vault.repository.manifests().ids()).doesNotContain(oldest);
    }

    @Test
    void a_hold_on_what_is_condemned_already_spares_it() {
        var oldest = vault.days(15).getFirst().id();
        vault.keeper().run();
        new Holds(vault.repository)
                .place(new Holds.Subject(Optional.of(oldest), Optional.empty()), "audit", "ops", Optional.empty());

        vault.time.advance(Vault.GRACE);
        var report = vault.keeper().run();

        assertThat(report.spared()).isPositive();
        assertThat(SyntheticBackup.restoreAll(vault.repository)).contains(oldest);
    }

    @Test
    void holds_that_have_ended_for_long_are_forgotten_and_their_numbers_are_not_used_again() {
        vault.days(1);
        var holds = new Holds(vault.repository);
        var first = holds.place(
                new Holds.Subject(Optional.empty(), Optional.empty()), "a", "ops", Optional.of(Duration.ofHours(1)));
        holds.renew(first, Duration.ofHours(2));
        var lasting = holds.place(new Holds.Subject(Optional.empty(), Optional.empty()), "b", "ops", Optional.empty());
        vault.time.advance(Duration.ofDays(2));

        vault.expire();

        assertThat(holds.all()).extracting(Hold::number).containsExactly(lasting.number());
        assertThat(vault.keys())
                .doesNotContain("hold/00000001", "hold/00000002")
                .contains("hold/00000003");
    }

    @Test
    void lists_are_kept_as_long_as_somebody_may_build_upon_what_they_name() {
        vault.days(15);
        vault.expire();
        assertThat(vault.keys()).contains("condemn/00000001/list", "condemn/00000001/done");

        vault.time.advance(Duration.ofHours(24));
        vault.backup().take();
        vault.expire();
        assertThat(vault.keys()).contains("condemn/00000001/list");

        vault.time.advance(Duration.ofDays(3));
        vault.backup().take();
        vault.expire();
        vault.time.advance(Duration.ofDays(3));
        vault.expire();
        assertThat(vault.keys()).doesNotContain("condemn/00000001/list", "condemn/00000001/done");
    }

    @Test
    void what_was_removed_more_than_a_day_ago_is_not_unwanted_though_its_list_is_the_newest() {
        var first = ids(vault.days(15)).getFirst();
        vault.expire();
        assertThat(new Intents(vault.repository).unwanted()).contains(first.manifestKey());

        vault.time.advance(Duration.ofHours(26));

        assertThat(vault.keys()).contains("condemn/00000001/list");
        assertThat(new Intents(vault.repository).unwanted()).isEmpty();
    }

    @Test
    void a_backup_that_arrives_older_than_the_window_goes_with_what_it_reaches_and_not_after_it() {
        vault.days(15);
        var arrived = vault.backup().takeUponOldest().id();
        var keeper = new Keeper(
                vault.repository,
                new AgedContents(arrived, Duration.ofDays(30)),
                RetentionPolicy.ofWindow(Vault.WINDOW),
                Vault.GRACE);

        keeper.run();
        for (int run = 0; run < 3; run++) {
            vault.time.advance(Vault.GRACE);
            keeper.run();
            SyntheticBackup.restoreAll(vault.repository);
        }

        assertThat(vault.repository.manifests().ids()).doesNotContain(arrived).hasSize(12);
    }

    /** One backup is older than its manifest. */
    private record AgedContents(BackupId aged, Duration by) implements Contents {

        private static final Contents PLAIN = new PlainContents();

        @Override
        public History history(List<StoredManifest> manifests) {
            return PLAIN.history(manifests.stream()
                    .map(found -> found.manifest().id().equals(aged)
                            ? new StoredManifest(
                                    found.manifest(), found.stored().minus(by), found.copied())
                            : found)
                    .toList());
        }

        @Override
        public Judge judge(Kept kept) {
            return PLAIN.judge(kept);
        }
    }

    @Test
    void an_object_that_was_stored_after_its_name_was_condemned_is_another_one() {
        vault.days(1);
        var key = ObjectKey.of("check", "probe");
        vault.repository.objects().createDocument(key, "first");
        vault.time.advance(Vault.GRACE);
        vault.keeper().run();
        vault.store.remove(key);
        vault.time.advance(Duration.ofMinutes(1));
        vault.repository.objects().createDocument(key, "second");

        vault.time.advance(Vault.GRACE.minusMinutes(1));
        vault.keeper().run();

        assertThat(vault.keys()).contains(key.text());
    }

    @Test
    void what_was_stored_a_moment_ago_is_not_judged() {
        vault.days(1);
        vault.repository.objects().createDocument(ObjectKey.of("check", "probe"), "young");
        vault.time.advance(Vault.GRACE.minusSeconds(1));

        assertThat(vault.keeper().run().condemned()).isEmpty();
        vault.time.advance(Duration.ofSeconds(1));
        assertThat(vault.keeper().run().condemned()).hasSize(1);
    }

    private void removesNothing(Capability missing, Consumer<Keeper> work) {
        var capabilities = EnumSet.copyOf(vault.store.capabilities());
        capabilities.remove(missing);
        try (var turns = new Turns()) {
            var keeper = turns.begin(
                    "keeper", vault.store, capabilities, view -> work.accept(vault.keeper(vault.open(view))));
            keeper.finish();

            assertThat(keeper.failure())
                    .containsInstanceOf(RemovalException.class)
                    .get()
                    .extracting(Throwable::getMessage)
                    .asString()
                    .startsWith("nothing is removed from /vault: ");
        }
    }

    @Test
    void a_store_whose_listing_may_lag_or_on_which_names_may_be_taken_twice_is_left_alone() {
        vault.days(15);
        var before = vault.keys();
        removesNothing(Capability.CONSISTENT_LISTING, Keeper::run);
        removesNothing(Capability.CONSISTENT_LISTING, Keeper::plan);
        removesNothing(Capability.CONDITIONAL_CREATE, Keeper::run);
        assertThat(vault.keys()).isEqualTo(before);
    }

    @Test
    void a_manifest_that_cannot_be_read_stops_it() {
        vault.days(15);
        var spoiled = new BackupId("20260301-030000F").manifestKey();
        vault.repository.objects().createDocument(spoiled, "spoiled");
        var before = vault.keys();

        assertThatThrownBy(vault::expire)
                .isInstanceOf(RemovalException.class)
                .hasMessage(
                        "nothing is removed: an object does not authenticate, and what it may protect is not known: stored metadata cannot be"
                                + " read: 'manifest/20260301-030000F' does not hold what its name says");

        assertThat(vault.keys()).isEqualTo(before);
        vault.store.remove(spoiled);
    }

    @Test
    void what_it_does_not_know_stays() {
        vault.days(1);
        for (var key :
                List.of("evidence/1", "proof/20260301-020000F/1", "backup/notes", "manifest/notes", "key/x/y/z")) {
            vault.repository.objects().createDocument(new ObjectKey(key), "precious");
        }
        var before = vault.keys();
        vault.time.advance(Duration.ofDays(100));

        vault.expire();

        assertThat(vault.keys()).containsAll(before);
    }

    @Test
    void what_backups_reach_does_not_depend_on_which_is_walked_first() {
        var manifests = vault.days(12);
        var forwards = new Reach(vault.repository.objects());
        var backwards = new Reach(vault.repository.objects());

        manifests.forEach(forwards::add);
        manifests.reversed().forEach(backwards::add);

        assertThat(backwards.packs()).isEqualTo(forwards.packs());
        assertThat(forwards.packs())
                .allSatisfy(
                        pack -> assertThat(backwards.bytes(pack)).isPositive().isEqualTo(forwards.bytes(pack)));
    }

    @Test
    void many_objects_are_condemned_in_several_lists() {
        vault.days(15);
        var keeper = new Keeper(
                vault.repository, new PlainContents(), RetentionPolicy.ofWindow(Vault.WINDOW), Vault.GRACE, 2);

        var condemned = RemovalReport.objects(keeper.run().condemned());
        vault.time.advance(Vault.GRACE);
        var removed = RemovalReport.objects(keeper.run().removed());

        assertThat(condemned).isGreaterThan(4);
        assertThat(removed).isEqualTo(condemned);
        assertThat(vault.keys()).contains("condemn/00000003/done");
    }

    @Test
    void no_folder_of_what_was_removed_stays() {
        vault.days(1);
        var open = vault.backup().open(Optional.empty());
        vault.repository.objects().createDocument(open.backup().folder().child("data-00000001"), "left");
        vault.time.advance(Duration.ofDays(2));

        vault.expire();

        assertThat(vault.disk.exists(Path.of("/vault/backup"))).isTrue();
        assertThat(vault.disk.exists(Path.of("/vault/backup", open.backup().text())))
                .isFalse();
    }
}
