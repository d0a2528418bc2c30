package io.holdfast.repository.removal;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.repository.key.KeyFileKey;
import io.holdfast.repository.manifest.Manifest;
import io.holdfast.repository.pack.PackId;
import io.holdfast.repository.repack.RepackList;
import io.holdfast.repository.repack.RepackLists;
import io.holdfast.repository.repack.RepackLists.Sparse;
import io.holdfast.repository.store.LockTerms;
import io.holdfast.repository.store.ObjectKey;
import io.holdfast.testkit.Garbage;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is asked for of packs of which little is used, and what becomes of the request. */
class RepackingTest {

    private static final long MUCH = 32L << 20;
    private static final ObjectKey FOREIGN = ObjectKey.of("repack", "99999999");

    @TempDir
    private Path folder;

    private Vault vault;
    private Manifest first;

    @BeforeEach
    void make_a_vault() {
        vault = new Vault(KeyFileKey.generate(folder.resolve("key"), new SecureRandom()));
        first = vault.days(1).getFirst();
    }

    @AfterEach
    void close() {
        vault.close();
    }

    private List<PackId> dataPacks(Manifest manifest) {
        var reach = new Reach(vault.repository.objects());
        reach.add(manifest);
        return reach.packs().stream()
                .filter(pack -> pack.kind() == PackId.Kind.DATA)
                .sorted(Comparator.comparing(PackId::key))
                .toList();
    }

    /** As if of each of these much were dead, of those that come first the most. */
    private static List<Sparse> sparse(List<PackId> packs, long alive) {
        return packs.stream()
                .map(pack -> new Sparse(pack, alive, 2 * MUCH - packs.indexOf(pack)))
                .toList();
    }

    private boolean ask(Manifest newest, List<Sparse> sparse) {
        return RepackLists.ask(vault.repository, newest, sparse);
    }

    private RepackList asked() {
        return RepackLists.newest(vault.repository).orElseThrow();
    }

    private List<String> lists() {
        return vault.keys().stream().filter(key -> key.startsWith("repack/")).toList();
    }

    @Test
    void the_same_is_asked_for_once() {
        var sparse = sparse(dataPacks(first), MUCH);

        assertThat(ask(first, sparse)).isTrue();
        assertThat(asked().packIds()).isEqualTo(Set.copyOf(dataPacks(first)));
        assertThat(ask(first, sparse)).isFalse();
        assertThat(lists()).containsExactly("repack/00000001");
    }

    /** They stay for older backups: what is not asked for because of them waits for as long as those. */
    @Test
    void packs_that_the_newest_backup_uses_no_more_do_not_count_for_what_one_backup_is_asked() {
        var later = vault.days(5).getLast();
        var used = dataPacks(later);
        var unused =
                dataPacks(first).stream().filter(pack -> !used.contains(pack)).toList();
        assertThat(unused).isNotEmpty();

        ask(later, sparse(Stream.concat(unused.stream(), used.stream()).toList(), 1L << 30));

        assertThat(asked().packIds()).singleElement().isEqualTo(used.getFirst());
    }

    /** Else every backup would look again at each file that was once asked for. */
    @Test
    void a_request_is_taken_back_when_it_was_met() {
        ask(first, sparse(dataPacks(first), MUCH));
        assertThat(asked().files()).isNotEmpty();

        vault.keeper().run();

        assertThat(asked().files()).isEmpty();
        assertThat(asked().packs()).isEmpty();
        vault.time.advance(Vault.GRACE);
        vault.expire();
        assertThat(lists()).containsExactly("repack/00000002");
    }

    @Test
    void what_does_not_authenticate_neither_ends_the_numbers_nor_takes_the_place_of_a_request() {
        var garbage = new Garbage(vault.store, first.id().manifestKey(), new Random(20261127));
        for (int round = 0; round < garbage.kinds(); round++) {
            garbage.skip();
            garbage.put(FOREIGN);

            assertThat(ask(first, sparse(dataPacks(first), MUCH))).isTrue();

            vault.keeper().run();
            vault.time.advance(Vault.GRACE);
            vault.keeper().run();
            assertThat(RepackLists.newest(vault.repository)).isPresent();
            assertThat(vault.store.find(FOREIGN)).isPresent();
            vault.store.remove(FOREIGN);
        }
    }

    @Test
    void what_does_not_authenticate_can_be_disowned() {
        vault.repository
                .objects()
                .createDocument(ObjectKey.of("repack", "00000002"), new RepackList(0, List.of(), List.of()));
        new Garbage(vault.store, first.id().manifestKey(), new Random(20261127)).put(FOREIGN);

        var foreign = ForeignObjects.of(vault.repository, Set.of(FOREIGN));

        assertThat(foreign.remove(vault.repository))
                .singleElement()
                .satisfies(one -> assertThat(one.fate()).isInstanceOf(ForeignObjects.Fate.Removed.class));
    }

    /** Otherwise each would stay for weeks, and with it the list of what is removed that names it. */
    @Test
    void a_request_is_not_locked() {
        assertThat(new LockTerms(Duration.ofDays(30), Duration.ofDays(1)).of(ObjectKey.of("repack", "00000001")))
                .isEmpty();
    }
}
