package io.holdfast.postgres.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.postgres.wal.Lsn;
import io.holdfast.postgres.wal.SystemIdentifier;
import io.holdfast.postgres.wal.TimelineHistory;
import io.holdfast.postgres.wal.TimelineId;
import io.holdfast.postgres.wal.WalIndex;
import io.holdfast.postgres.wal.WalSegmentSize;
import io.holdfast.problem.Secret;
import io.holdfast.repository.Repository;
import io.holdfast.repository.frame.DamagedObjectException;
import io.holdfast.repository.key.KeyChanges;
import io.holdfast.repository.key.KeyException;
import io.holdfast.repository.key.PassphraseKey;
import io.holdfast.repository.store.FilesystemStore;
import io.holdfast.repository.store.ObjectKey;
import io.holdfast.repository.store.ObjectStore;
import io.holdfast.repository.store.StoredObject;
import io.holdfast.testkit.Garbage;
import io.holdfast.testkit.PowerFailureDisk;
import io.holdfast.testkit.SettableTime;
import java.io.ByteArrayOutputStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Somebody who may write to the store, and has no key, has put objects under the names of sessions, generations and WAL. */
class GarbageTest {

    private static final MemberName ALPHA = new MemberName("alpha");
    private static final TimelineId ONE = new TimelineId(1);
    private static final TimelineId TWO = new TimelineId(2);
    private static final WalSegmentSize SIZE = new WalSegmentSize(1 << 20);
    private static final Lsn START = new Lsn(16L << 20);

    private final SettableTime time = SettableTime.nearMidnight();
    private final Repository repository = Repository.initialise(
            FilesystemStore.create(PowerFailureDisk.strict(time), Path.of("/repository"), time),
            "demo",
            new PassphraseKey(Secret.of("correct horse")),
            time,
            new SecureRandom());
    private final Claims claims = new Claims(repository, ALPHA);
    private final Generation generation = Generation.admit(repository, new SystemIdentifier(42), 18, SIZE);
    private Garbage garbage;

    @BeforeEach
    void copy_something_genuine() {
        garbage = new Garbage(repository.store(), new ObjectKey("generation/00000001"), new Random(3));
    }

    private void put(String... names) {
        Stream.of(names).map(ObjectKey::new).forEach(garbage::put);
    }

    private Claim take(String host) {
        return claims.take(
                new Claims.Applicant(generation.systemIdentifier(), host, "token of " + host, time.instant(), true));
    }

    private WalSource store(Claim claim, long... ends) {
        var source = WalSource.of(claim, generation);
        var start = START;
        for (long end : ends) {
            var range = new WalRange(ONE, start, new Lsn(START.offset() + end));
            new WalWriter(repository.objects(), source)
                    .store(
                            new WalFooter(
                                    range,
                                    range.end(),
                                    Optional.empty(),
                                    WalIndex.empty(ONE, range.start(), range.end())),
                            bytes(range));
            start = range.end();
        }
        return source;
    }

    private static byte[] bytes(WalRange range) {
        var bytes = new byte[(int) range.bytes()];
        Arrays.fill(bytes, (byte) (range.start().offset() >> 10));
        return bytes;
    }

    @Test
    void the_newest_generation_is_the_newest_that_is_genuine_and_numbers_do_not_end() {
        put("generation/00000002", "generation/99999999", "generation/x", "generation/00000009/x");

        assertThat(Generation.newest(repository)).contains(generation);
        assertThat(Generation.all(repository)).containsExactly(generation);
        var next = new Generation(2, new SystemIdentifier(43), 18, SIZE).open(repository);
        assertThat(next.number()).isEqualTo(3);
        assertThat(Generation.newest(repository)).contains(next);
        assertThat(ClaimIndex.read(repository).unreadable()).hasSize(2);
    }

    @Test
    void a_name_that_claims_more_wal_than_a_segment_can_have_is_none() {
        store(take("here"), 1000);
        var wal = "claim/alpha/00000001/00000001/wal/00000001/";
        put(
                wal + "0000000000000000-FFFFFFFFFFFFFFFF",
                wal + "0000000002000000-0000000042000001",
                wal + "0000000002000000-0000000001000000");

        assertThat(WalArchive.load(repository, generation).coverage(ONE))
                .containsExactly(new WalRange(ONE, START, new Lsn(START.offset() + 1000)));
    }

    @Test
    void what_a_member_has_is_compared_with_what_is_genuine_only() {
        store(take("here"), 1 << 20);
        put("claim/aaa/00000001/00000001/segment/000000010000000000000010");
        var archive = WalArchive.load(repository, generation);

        assertThat(archive.compare(ALPHA, ONE, Set.of(START))).isEmpty();
    }

    @Test
    void sessions_go_on_beside_claims_that_are_none_and_a_former_one_learns_of_its_successor() {
        put("claim/alpha/00000001/claim", "claim/alpha/99999999/claim", "claim/alpha/00000002/00000001/gap/00000001");
        var first = take("here");
        put("claim/alpha/00000004/claim", "claim/alpha/00000005/claim");

        // What lies beneath 2 has taken names of that session.
        assertThat(first.session()).isEqualTo(3);
        assertThatCode(() -> claims.requireNewest(first)).doesNotThrowAnyException();
        var second = take("there");
        assertThat(second.session()).isEqualTo(6);
        assertThatThrownBy(() -> claims.requireNewest(first)).isInstanceOf(ClaimLostException.class);
        assertThatCode(() -> claims.requireNewest(second)).doesNotThrowAnyException();
        assertThat(LiveClaim.all(repository))
                .singleElement()
                .satisfies(live -> assertThat(live.document().session()).isEqualTo(6));
    }

    @Test
    void what_only_names_say_is_stored_is_not_and_capture_stores_it() {
        var source = store(take("here"), 1000, 5000);
        put(
                source.folder() + "/wal/00000001/0000000001001388-0000000001002000",
                source.folder() + "/segment/000000010000000000000011",
                source.folder() + "/wal/00000001/0000000000000000-FFFFFFFFFFFFFFFF",
                "claim/alpha/99999999/00000001/segment/000000010000000000000010");

        var wal = MemberWal.load(repository, generation, ALPHA);

        assertThat(wal.newest()).contains(new WalRange(ONE, START, new Lsn(START.offset() + 5000)));
    }

    @Test
    void wal_is_read_from_what_is_genuine_whatever_claims_to_hold_the_same() {
        var source = store(take("here"), 1000, 5000, 9000);
        put(
                source.folder() + "/segment/000000010000000000000010",
                "claim/aaa/00000001/00000001/segment/000000010000000000000010",
                "claim/aaa/00000001/00000001/wal/00000001/0000000001000000-0000000001003000",
                "claim/zzz/00000001/00000001/wal/00000001/0000000001000100-0000000001002328");
        var archive = WalArchive.load(repository, generation);
        var end = new Lsn(START.offset() + 9000);

        var read = new ByteArrayOutputStream();
        archive.read(
                new WalRange(ONE, START, end), (_, content, offset, length) -> read.write(content, offset, length));

        assertThat(read.size()).isEqualTo(9000);
        assertThat(archive.settled(() -> archive.coverage(ONE))).containsExactly(new WalRange(ONE, START, end));
        assertThat(WalArchive.load(repository, generation).footers(ONE, START)).hasSize(3);
        assertThat(repository.unreadable().all()).isNotEmpty();
    }

    @Test
    void however_many_of_them_there_are_the_store_is_listed_no_more_often() {
        var end = new Lsn(START.offset() + 9000);
        store(take("here"), 1000, 5000, 9000);
        for (int n = 0; n < 100; n++) {
            put("claim/aaa/00000001/00000001/wal/00000001/%016X-%016X".formatted(0x1000000 + n, 0x1003000 + 10 * n));
        }
        var listings = new AtomicInteger();
        var counting = (ObjectStore) Proxy.newProxyInstance(
                ObjectStore.class.getClassLoader(), new Class<?>[] {ObjectStore.class}, (_, method, arguments) -> {
                    listings.addAndGet(method.getName().equals("list") ? 1 : 0);
                    try {
                        return method.invoke(repository.store(), arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
        var archive =
                WalArchive.load(Repository.open(counting, new PassphraseKey(Secret.of("correct horse"))), generation);
        listings.set(0);

        assertThat(archive.settled(() -> {
                    var range = archive.coverage(ONE);
                    archive.footers(ONE, START).forEach(_ -> {});
                    return range;
                }))
                .containsExactly(new WalRange(ONE, START, end));

        assertThat(archive.footers(ONE, START)).hasSize(3);
        assertThat(listings).hasValueLessThan(5);
    }

    /** It is of an epoch that a process which runs for long has not heard of. */
    @Test
    void a_successor_who_has_new_keys_already_is_no_stranger() {
        var former = take("here");
        var key = new PassphraseKey(Secret.of("battery staple"));
        Repository.open(repository.store(), new PassphraseKey(Secret.of("correct horse")))
                .keyChanges(time, new SecureRandom())
                .replace(List.of(new KeyChanges.NewKey(key, "")));
        var successor = new Claims(Repository.open(repository.store(), key), ALPHA)
                .take(new Claims.Applicant(generation.systemIdentifier(), "there", "other", time.instant(), true));

        assertThat(successor.session()).isEqualTo(former.session() + 1);
        assertThatThrownBy(() -> claims.requireNewest(former)).isInstanceOf(KeyException.class);
        assertThat(repository.unreadable().all()).isEmpty();
    }

    @Test
    void a_history_whose_name_is_taken_is_not_taken_for_stored() {
        var claim = take("here");
        var source = WalSource.of(claim, generation);
        put(source.history(TWO).text());

        assertThatThrownBy(() ->
                        new WalWriter(repository.objects(), source).storeHistory(TWO, "1\t0/1000000\tno reason\n"))
                .isInstanceOf(NameTakenException.class)
                .hasMessageContaining(source.history(TWO).text());
        assertThat(take("here again").session()).isGreaterThan(claim.session());
    }

    @Test
    void wal_that_no_other_object_holds_is_told_to_be_damaged() {
        put("claim/aaa/00000001/00000001/segment/000000010000000000000010");
        var archive = WalArchive.load(repository, generation);

        assertThatThrownBy(() ->
                        archive.read(new WalRange(ONE, START, new Lsn(START.offset() + 9000)), (_, _, _, _) -> {}))
                .isInstanceOf(DamagedObjectException.class);
    }

    @Test
    void histories_and_divergences_are_those_that_are_genuine() {
        var history = "1\t0/1001388\tno recovery target specified\n";
        var source = store(take("here"), 1000);
        new WalWriter(repository.objects(), source).storeHistory(TWO, history);
        put(
                "claim/alpha/00000009/00000001/history/00000002",
                "claim/alpha/99999999/00000001/history/00000002",
                "claim/beta/00000001/00000001/history/00000002",
                "claim/beta/00000001/00000001/history/00000007",
                "claim/beta/00000001/00000001/history/zzz",
                source.folder() + "/divergence/00000001");

        var archive = WalArchive.load(repository, generation);

        assertThat(archive.history(TWO))
                .map(TimelineHistory::forks)
                .hasValueSatisfying(forks -> assertThat(forks).hasSize(1));
        assertThat(archive.history(new TimelineId(7))).isEmpty();
        assertThat(archive.divergences()).isEmpty();
    }

    @Test
    void a_keeper_lets_no_history_or_claim_go_for_one_that_is_not_genuine() {
        var claim = take("here");
        var source = WalSource.of(claim, generation);
        new WalWriter(repository.objects(), source).storeHistory(TWO, "1\t0/1001388\tno recovery target specified\n");
        put("claim/alpha/99999999/00000001/history/00000002", "claim/alpha/99999999/claim");
        var index = ClaimIndex.read(repository);

        var judge =
                new SessionJudge(repository, index, List.of(new WalNeeds(generation)), time.instant(), (_, _) -> false);
        List<StoredObject> session;
        try (var objects = repository.store().list(claim.folder())) {
            session = objects.toList();
        }

        assertThat(judge.unneeded(session)).isEmpty();
        assertThat(index.unreadable()).isEmpty();
        put("claim/alpha/99999999/00000001/history/00000007");
        assertThat(ClaimIndex.read(repository).unreadable())
                .singleElement()
                .satisfies(found ->
                        assertThat(found.object().text()).isEqualTo("claim/alpha/99999999/00000001/history/00000007"));
    }
}
