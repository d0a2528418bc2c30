package io.holdfast.repository.removal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.repository.key.KeyFileKey;
import io.holdfast.repository.manifest.Manifest;
import io.holdfast.repository.pack.BackupId;
import io.holdfast.repository.retention.Holds;
import io.holdfast.repository.retention.RetentionPolicy;
import io.holdfast.repository.store.ObjectKey;
import io.holdfast.testkit.Garbage;
import io.holdfast.testkit.StoredObjects;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Somebody who may write to the store, and has no key, has put objects under new names. */
class GarbageTest {

    /** What may be something that protects, and is damaged. */
    private static final List<String> PROTECTING = List.of(
            "manifest/20260301-030000F",
            "manifest/99991231-235959I",
            "hold/00000007",
            "hold/00000009",
            "hold/99999999",
            "backup/20260301-020005I/intent-00000001",
            "backup/20260301-020006F/intent-00000002",
            "backup/20260301-020006F/intent-99999999");

    /** What says what may be removed, or that it was. */
    private static final List<String> CONDEMNING = List.of(
            "condemn/00000001/list",
            "condemn/00000002/list",
            "condemn/00000003/done",
            "condemn/00000004/done",
            "condemn/00000004/list",
            "condemn/00000077/list",
            "condemn/99999999/list",
            "condemn/99999999/done");

    @TempDir
    private Path folder;

    private Vault vault;

    @BeforeEach
    void make_a_vault() {
        vault = new Vault(KeyFileKey.generate(folder.resolve("key"), new SecureRandom()));
    }

    @AfterEach
    void close() {
        vault.close();
    }

    private static Set<ObjectKey> keys(List<String> names) {
        return names.stream().map(ObjectKey::new).collect(Collectors.toCollection(TreeSet::new));
    }

    private Garbage garbage() {
        return new Garbage(
                vault.store, vault.repository.manifests().ids().getFirst().manifestKey(), new Random(20261126));
    }

    private Set<String> genuine() {
        return vault.keys().stream()
                .filter(key -> !PROTECTING.contains(key) && !CONDEMNING.contains(key))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void what_may_protect_something_stops_the_keeper_which_names_all_of_it_until_a_person_disowns_it() {
        vault.days(15);
        var before = genuine();
        var garbage = garbage();
        for (int round = 0; round < garbage.kinds(); round++) {
            garbage.skip();
            keys(PROTECTING).forEach(garbage::put);

            assertThatThrownBy(() -> vault.keeper().run())
                    .isInstanceOfSatisfying(
                            RemovalException.class,
                            refusal -> assertThat(refusal.hint())
                                    .contains(PROTECTING.stream()
                                            .filter(name -> !name.endsWith("06F/intent-99999999"))
                                            .toList()))
                    .hasMessageStartingWith(
                            "nothing is removed: 7 objects do not authenticate, and what they may protect is not known: ");
            assertThat(genuine()).containsAll(before);
            disown(keys(PROTECTING));
            assertThat(vault.keys()).doesNotContainAnyElementsOf(PROTECTING);
        }

        vault.expire();

        assertThat(SyntheticBackup.restoreAll(vault.repository)).hasSize(12);
    }

    /** A header that names a later format may be genuine: a person has to be sure, and uses the store's own tools. */
    private void disown(Set<ObjectKey> named) {
        var unknown = named.stream().filter(this::namesALaterFormat).toList();
        assertThat(unknown).allSatisfy(key -> {
            assertThatThrownBy(() -> ForeignObjects.of(vault.repository, Set.of(key)))
                    .hasMessageContaining("has format 9");
            vault.store.remove(key);
        });
        var foreign = ForeignObjects.of(vault.repository, named);
        assertThat(foreign.missing()).containsExactlyInAnyOrderElementsOf(unknown);
        assertThat(foreign.remove(vault.repository)).hasSize(named.size());
    }

    private boolean namesALaterFormat(ObjectKey key) {
        var content = StoredObjects.content(vault.store, key);
        return content.length > 4 && content[0] == 'H' && content[4] == 9;
    }

    @Test
    void a_disowned_object_does_not_count_even_while_it_cannot_be_removed() {
        vault.days(15);
        garbage().put(new ObjectKey("manifest/20260301-030000F"));
        var foreign = ForeignObjects.of(vault.repository, keys(List.of("manifest/20260301-030000F")));

        var report = new Keeper(
                        vault.repository,
                        foreign,
                        new PlainContents(),
                        RetentionPolicy.ofWindow(Vault.WINDOW),
                        Vault.GRACE)
                .run();

        assertThat(RemovalReport.objects(report.condemned())).isPositive();
        assertThat(vault.keys()).contains("manifest/20260301-030000F");
    }

    @Test
    void what_the_repository_needs_cannot_be_disowned() {
        var taken = vault.backup().take();
        new Holds(vault.repository)
                .place(new Holds.Subject(Optional.of(taken.id()), Optional.empty()), "x", "y", Optional.empty());
        vault.keeper().run();
        var before = vault.keys();

        assertThat(before)
                .isNotEmpty()
                .allSatisfy(name -> assertThatThrownBy(() -> ForeignObjects.of(vault.repository, keys(List.of(name))))
                        .isInstanceOf(RemovalException.class)
                        .hasMessageStartingWith("'%s' is not disowned, and nothing was removed: ".formatted(name)));
        assertThat(vault.keys()).isEqualTo(before);
    }

    @Test
    void a_proof_that_is_none_stops_no_keeper_and_can_be_disowned() {
        vault.backup().take();
        var name = "proof/20260301-030000F/20260302-030000-00000000";
        garbage().put(new ObjectKey(name));

        vault.expire();
        assertThat(vault.keys()).contains(name);
        assertThat(ForeignObjects.of(vault.repository, keys(List.of(name))).remove(vault.repository))
                .hasSize(1);
        assertThat(vault.keys()).doesNotContain(name);
    }

    @Test
    void a_pack_of_which_a_part_is_sound_cannot_be_disowned() {
        vault.backup().take();
        var pack = vault.keys().stream()
                .filter(key -> key.contains("/data-"))
                .findFirst()
                .orElseThrow();
        damage(new ObjectKey(pack), 60);

        assertThatThrownBy(() -> ForeignObjects.of(vault.repository, keys(List.of(pack))))
                .hasMessageEndingWith("a part of it authenticates: it is damaged, and the rest is of use");
    }

    private void damage(ObjectKey key, int at) {
        var content = StoredObjects.content(vault.store, key);
        content[at] ^= 1;
        vault.store.remove(key);
        StoredObjects.put(vault.store, key, content);
    }

    @Test
    void what_condemns_says_nothing_and_the_keeper_removes_exactly_what_it_would_have() {
        vault.days(15);
        var garbage = garbage();
        keys(CONDEMNING).forEach(garbage::put);

        vault.expire();

        assertThat(vault.repository.manifests().ids()).hasSize(12);
        assertThat(SyntheticBackup.restoreAll(vault.repository)).hasSize(12);
        assertThat(vault.repository.unreadable().all())
                .extracting(found -> found.object().text())
                .contains("condemn/00000001/list", "condemn/99999999/list");
        // The second run found the list of the first, and the next backup sees what it names.
        vault.time.advance(Duration.ofDays(12));
        vault.backup().take();
        vault.keeper().run();
        var condemned = new Intents(vault.repository).condemned();
        assertThat(condemned).isNotEmpty();
        assertThat(CondemnLists.read(vault.repository).newest()).isLessThan(77);
    }

    @Test
    void a_done_that_somebody_else_wrote_does_not_end_a_list() {
        vault.days(15);
        vault.keeper().run();
        garbage().put(new ObjectKey("condemn/00000001/done"));

        vault.time.advance(Vault.GRACE);
        vault.keeper().run();

        assertThat(vault.repository.manifests().ids()).hasSize(12);
    }

    @Test
    void a_list_that_took_the_number_of_garbage_is_seen_by_a_backup_that_saw_the_garbage() {
        vault.days(15);
        var garbage = new ObjectKey("condemn/00000001/list");
        garbage().put(garbage);
        var oldest = vault.repository.manifests().ids().getFirst();
        var open = vault.backup().open(Optional.of(oldest));
        assertThat(open.parentStays()).isTrue();
        vault.store.remove(garbage);
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

        assertThatThrownBy(open::requireNothingCondemned).isInstanceOf(RemovalException.class);
    }

    @Test
    void intents_that_were_put_before_their_time_do_not_end_the_life_of_a_backup_and_are_passed_over() {
        vault.days(1);
        var writer = vault.backup();
        var begun = vault.time.instant();
        var id = BackupId.of(begun.plusSeconds(1), BackupId.Kind.FULL);
        var garbage = garbage();
        Stream.of(0, 2, 3).forEach(n -> garbage.put(id.folder().child("intent-%08d".formatted(n))));
        vault.time.advance(Duration.ofDays(3));

        var open = writer.open(Optional.empty());
        for (int i = 0; i < 5; i++) {
            vault.time.advance(Duration.ofHours(13));
            open.prolong();
            var living = new Intents(vault.repository).living(vault.time.instant());
            assertThat(living.living()).extracting(Intents.Living::backup).contains(open.backup());
            vault.keeper().run();
        }

        assertThat(open.backup()).isEqualTo(id);
        var taken = writer.take(open, Optional.empty());
        assertThat(SyntheticBackup.restoreAll(vault.repository)).contains(taken.id());
    }

    @Test
    void a_name_under_which_something_lies_is_not_free_for_a_backup() {
        var intents = new Intents(vault.repository);
        vault.backup().take();
        var one = new BackupId("20260401-020000F");
        var other = new BackupId("20260401-020001F");
        garbage().put(one.manifestKey());
        garbage().put(other.folder().child("data-00000001"));

        assertThat(intents.isFree(one)).isFalse();
        assertThat(intents.isFree(other)).isFalse();
        assertThat(intents.isFree(new BackupId("20260401-020002F"))).isTrue();
    }

    @Test
    void holds_are_placed_renewed_and_released_beside_garbage_and_numbers_do_not_end() {
        var taken = vault.backup().take();
        var holds = new Holds(vault.repository);
        var garbage = garbage();
        Stream.of("hold/00000001", "hold/00000003", "hold/99999999", "hold/zzz")
                .forEach(name -> garbage.put(new ObjectKey(name)));

        var hold = holds.place(
                new Holds.Subject(Optional.of(taken.id()), Optional.empty()),
                "x",
                "y",
                Optional.of(Duration.ofHours(1)));
        var renewed = holds.renew(hold, Duration.ofHours(5));

        assertThat(hold.number()).isEqualTo(2);
        assertThat(renewed.ends()).contains(vault.time.instant().plus(Duration.ofHours(5)));
        assertThat(holds.release(2, "x", "y").isInForce(vault.time.instant())).isFalse();
        assertThat(holds.unreadable()).hasSize(3);
    }

    @Test
    void backups_are_found_and_taken_beside_manifests_that_are_none() {
        var taken = vault.days(3);
        var garbage = garbage();
        Stream.of("manifest/20260301-030000F", "manifest/99991231-235959I", "manifest/20260302-020000F/x", "manifest/x")
                .forEach(name -> garbage.put(new ObjectKey(name)));

        assertThat(vault.repository.manifests().readAll())
                .extracting(Manifest::id)
                .containsExactlyElementsOf(taken.stream().map(Manifest::id).toList());
        assertThat(vault.repository.manifests().find(new BackupId("20260301-030000F")))
                .isEmpty();
        vault.time.advance(Duration.ofDays(1));
        vault.backup().take();
        assertThat(SyntheticBackup.restoreAll(vault.repository)).hasSize(4);
        assertThat(vault.repository.unreadable().all())
                .extracting(found -> found.object().text())
                .containsExactly("manifest/20260301-030000F", "manifest/99991231-235959I");
    }
}
