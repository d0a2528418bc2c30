package io.holdfast.repository.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.problem.HoldfastException;
import io.holdfast.repository.MemoryStore;
import io.holdfast.repository.Repository;
import io.holdfast.repository.SeededRandom;
import io.holdfast.repository.document.Json;
import io.holdfast.repository.evidence.EvidenceReport.Verdict;
import io.holdfast.repository.frame.Unreadable;
import io.holdfast.repository.key.KeyFileKey;
import io.holdfast.repository.store.ObjectKey;
import io.holdfast.repository.store.ObjectNumbers;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EvidenceChainTest {

    private static final InstantSource TIME = InstantSource.fixed(Instant.parse("2026-02-28T23:59:58Z"));

    private final MemoryStore store = new MemoryStore();
    private final SeededRandom random = new SeededRandom(5);

    @TempDir
    private Path folder;

    private Repository repository;
    private EvidenceSigner signer;

    @BeforeEach
    void make_a_repository() {
        repository = Repository.initialise(
                store, "lighthouse", KeyFileKey.generate(folder.resolve("key"), random), TIME, random);
        signer = EvidenceSigner.generate(folder.resolve("evidence-key"), random);
    }

    @AfterEach
    void close() {
        repository.close();
        assertThat(store.leaks()).isZero();
    }

    private EvidenceChain chain() {
        return new EvidenceChain(repository, signer, TIME);
    }

    private Head add(EvidenceChain chain, String subject) {
        return chain.add(
                EvidenceKind.RUN, subject, Json.mapper().createObjectNode().put("lamp", "lit by " + subject));
    }

    private List<Head> addAll(int count) {
        return IntStream.rangeClosed(1, count)
                .mapToObj(number -> add(chain(), "run-" + number))
                .toList();
    }

    private ObjectKey object(int number) {
        return ObjectKey.of("evidence", signer.key().writer(), "0000000" + number);
    }

    private EvidenceReport verify(Head... heads) {
        return EvidenceArchive.of(repository)
                .verify(new TrustedEvidence(
                        Set.of(signer.key()),
                        List.of(heads).stream().map(Head::hash).collect(Collectors.toSet()),
                        Optional.of(repository.id())));
    }

    @Test
    void what_was_added_is_intact_up_to_a_head_that_is_known() {
        var heads = addAll(3);

        var report = verify(heads.getLast());

        assertThat(report.verdict()).isEqualTo(Verdict.INTACT);
        assertThat(report.chains()).singleElement().satisfies(chain -> {
            assertThat(chain.entries()).isEqualTo(3);
            assertThat(chain.head()).contains(heads.getLast());
        });
        assertThat(subjects(EvidenceArchive.of(repository))).containsExactly("run-1", "run-2", "run-3");
    }

    private static List<String> subjects(EvidenceArchive archive) {
        return archive.read(found -> found.entry().orElseThrow().subject(), _ -> {});
    }

    @Test
    void without_a_key_or_a_head_from_elsewhere_nothing_is_vouched_for() {
        var heads = addAll(1);

        assertThat(verify().verdict()).isEqualTo(Verdict.UNVOUCHED);
        assertThat(EvidenceArchive.of(repository)
                        .verify(new TrustedEvidence(Set.of(), Set.of(), Optional.empty()))
                        .verdict())
                .isEqualTo(Verdict.UNVOUCHED);
        assertThat(EvidenceArchive.of(repository)
                        .verify(new TrustedEvidence(
                                Set.of(), Set.of(heads.getFirst().hash()), Optional.empty()))
                        .lostHeads())
                .containsExactly(heads.getFirst().hash());
    }

    @Test
    void a_tail_that_was_cut_off_shows_by_the_head() {
        var heads = addAll(3);
        store.remove(object(3));

        var report = verify(heads.getLast());

        assertThat(report.verdict()).isEqualTo(Verdict.BROKEN);
        assertThat(report.lostHeads()).containsExactly(heads.getLast().hash());
        assertThat(verify(heads.get(1)).verdict()).isEqualTo(Verdict.INTACT);
    }

    @Test
    void a_tail_that_was_cut_off_shows_for_ever_once_the_writer_has_gone_on() {
        addAll(4);
        store.remove(object(3));
        store.remove(object(4));

        var next = add(chain(), "run-5");

        assertThat(next.number()).isEqualTo(5);
        assertThat(verify(next).chains())
                .singleElement()
                .satisfies(chain -> assertThat(chain.problems()).containsExactly("entries 3 to 4 are missing"));
        assertThat(verify(next).verdict()).isEqualTo(Verdict.BROKEN);
    }

    @Test
    void a_chain_that_is_gone_as_a_whole_shows_by_its_key() {
        var heads = addAll(1);
        store.remove(object(1));

        assertThat(verify().missing()).containsExactly(signer.key());
        assertThat(verify(heads.getFirst()).verdict()).isEqualTo(Verdict.BROKEN);
    }

    @Test
    void an_entry_that_was_taken_out_changed_or_stored_once_more_shows() throws IOException {
        var heads = addAll(3);
        var signed = repository.objects().readDocument(object(2), SignedEntry.class);
        store.remove(object(2));
        assertThat(problems(heads.getLast())).containsExactly("entry 2 is missing");

        repository
                .objects()
                .createDocument(
                        object(2),
                        new SignedEntry(0, signed.text().replace("lit by", "put out by"), signed.signature()));
        assertThat(problems(heads.getLast()))
                .containsExactly("'%s' is not signed by the writer".formatted(object(2)), "entry 2 is missing");

        store.remove(object(2));
        repository.objects().createDocument(object(2), signed);
        assertThat(verify(heads.getLast()).verdict()).isEqualTo(Verdict.INTACT);
        repository.objects().createDocument(object(4), signed);
        assertThat(problems(heads.getLast())).containsExactly("'%s' is entry 2 once more".formatted(object(4)));
    }

    @Test
    void where_an_entry_lies_says_nothing_but_no_name_is_lower_than_its_number() {
        var heads = addAll(3);
        var signed = repository.objects().readDocument(object(2), SignedEntry.class);
        store.remove(object(2));
        repository.objects().createDocument(object(9), signed);
        assertThat(verify(heads.getLast()).verdict()).isEqualTo(Verdict.INTACT);
        assertThat(add(chain(), "run-4").number()).isEqualTo(4);

        store.remove(object(9));
        store.remove(object(1));
        repository.objects().createDocument(object(1), signed);
        assertThat(problems(heads.getLast()))
                .containsExactly(
                        "'%s' says that it is entry 2, which has a higher name".formatted(object(1)),
                        "entries 1 to 2 are missing");
    }

    /** Whoever has the repository key can store what this writer has signed under any name. */
    @Test
    void an_authentic_object_at_the_end_of_the_range_keeps_nobody_from_adding() throws IOException {
        addAll(2);
        var last = ObjectKey.of("evidence", signer.key().writer(), ObjectNumbers.text(ObjectNumbers.LAST));
        var signed = repository.objects().readDocument(object(1), SignedEntry.class);
        repository.objects().createDocument(last, signed);

        assertThat(add(chain(), "run-3").number()).isEqualTo(3);
        forgetTheHead();
        var head = add(chain(), "run-4");

        assertThat(head.number()).isEqualTo(4);
        assertThat(problems(head)).containsExactly("'%s' is entry 1 once more".formatted(last));
        store.remove(last);
        assertThat(verify(head).verdict()).isEqualTo(Verdict.INTACT);

        var newest = repository.objects().readDocument(object(4), SignedEntry.class);
        store.remove(object(4));
        repository.objects().createDocument(last, newest);
        forgetTheHead();
        var next = add(chain(), "run-5");
        assertThat(next.number()).isEqualTo(5);
        assertThat(verify(head, next).verdict()).isEqualTo(Verdict.INTACT);
    }

    private void forgetTheHead() throws IOException {
        Files.delete(head());
    }

    private Path head() {
        return folder.resolve("evidence-key.%s.head".formatted(repository.id()));
    }

    @Test
    void a_key_that_replaces_another_begins_a_chain_of_its_own() throws IOException {
        var old = addAll(2).getLast();
        var former = signer.key();
        Files.delete(folder.resolve("evidence-key"));
        signer = EvidenceSigner.generate(folder.resolve("evidence-key"), random);

        var first = add(chain(), "run-3");

        assertThat(first.number()).isEqualTo(1);
        var report = EvidenceArchive.of(repository)
                .verify(new TrustedEvidence(
                        Set.of(former, signer.key()), Set.of(old.hash(), first.hash()), Optional.of(repository.id())));
        assertThat(report.verdict()).isEqualTo(Verdict.INTACT);
    }

    /** As versions before wrote it. */
    @Test
    void what_is_remembered_without_a_name_is_of_the_key_that_is_there() throws IOException {
        addAll(3);
        Files.writeString(head(), Files.readString(head()).replaceAll(" [0-9a-f]{16}\n", "\n"));
        store.remove(object(3));

        assertThat(add(chain(), "run-4").number()).isEqualTo(4);
        assertThat(Files.readString(head()))
                .matches("4 [0-9a-f]{64} " + signer.key().writer() + "\n");
    }

    /** And somebody who has the repository key stores the one that is remembered behind it. */
    @Test
    void an_entry_that_its_writer_died_before_remembering_is_followed_and_not_written_over() throws IOException {
        addAll(2);
        var remembered = Files.readString(head());
        add(chain(), "run-3");
        Files.writeString(head(), remembered);
        repository.objects().createDocument(object(9), repository.objects().readDocument(object(2), SignedEntry.class));

        var next = add(chain(), "run-4");

        assertThat(next.number()).isEqualTo(4);
        assertThat(problems(next)).containsExactly("'%s' is entry 2 once more".formatted(object(9)));
        store.remove(object(9));
        assertThat(verify(next).verdict()).isEqualTo(Verdict.INTACT);
    }

    @Test
    void an_entry_of_the_same_writer_in_another_repository_leads_no_chain_on() {
        addAll(1);
        try (var other = Repository.initialise(
                new MemoryStore(), "harbour", KeyFileKey.generate(folder.resolve("other"), random), TIME, random)) {
            var there = new EvidenceChain(other, signer, TIME);
            for (var number = 1; number <= 3; number++) {
                add(there, "run-elsewhere");
            }
            repository.objects().createDocument(object(3), other.objects().readDocument(object(3), SignedEntry.class));

            var head = add(chain(), "run-2");

            assertThat(head.number()).isEqualTo(2);
            assertThat(problems(head)).containsExactly("'%s' is of repository %s".formatted(object(3), other.id()));
            var unasked =
                    EvidenceArchive.of(repository).verify(new TrustedEvidence(Set.of(), Set.of(), Optional.empty()));
            assertThat(unasked.verdict()).isEqualTo(Verdict.BROKEN);
            assertThat(unasked.repositories()).containsExactlyInAnyOrder(repository.id(), other.id());
        }
    }

    @Test
    void a_key_that_its_owner_cannot_write_is_used() throws Exception {
        Files.setPosixFilePermissions(folder.resolve("evidence-key"), PosixFilePermissions.fromString("r--------"));

        add(new EvidenceChain(repository, EvidenceSigner.read(folder.resolve("evidence-key")), TIME), "run-1");

        assertThat(folder.resolve("evidence-key.lock")).isEmptyFile();
        Files.setPosixFilePermissions(folder.resolve("evidence-key"), PosixFilePermissions.fromString("r--r-----"));
        assertThatThrownBy(() -> EvidenceSigner.read(folder.resolve("evidence-key")))
                .hasMessageContaining("is open to others (mode r--r-----)");
    }

    @Test
    void a_store_that_fails_while_entries_are_read_is_no_end_of_them() {
        addAll(5);
        var archive = EvidenceArchive.of(repository);
        store.failAt(3);

        assertThatThrownBy(() -> archive.verify(new TrustedEvidence(Set.of(), Set.of(), Optional.empty())))
                .isInstanceOf(HoldfastException.class);

        store.mend();
    }

    private List<String> problems(Head head) {
        var report = verify(head);
        assertThat(report.verdict()).isEqualTo(Verdict.BROKEN);
        return report.chains().getFirst().problems();
    }

    @Test
    void whoever_has_the_repository_key_only_cannot_add_in_another_name() {
        var heads = addAll(1);
        var thief = EvidenceSigner.generate(folder.resolve("thief"), random);
        var forged = SignedEntry.of(
                new EvidenceEntry(
                        EvidenceEntry.FORMAT,
                        repository.id(),
                        signer.key(),
                        2,
                        heads.getFirst().hash(),
                        TIME.instant(),
                        EvidenceKind.RUN,
                        "run-2",
                        Json.mapper().createObjectNode()),
                thief);
        repository.objects().createDocument(object(2), forged);

        assertThat(problems(heads.getFirst())).containsExactly("'%s' is not signed by the writer".formatted(object(2)));
        assertThat(add(chain(), "run-3").number()).isEqualTo(2);

        new EvidenceChain(repository, thief, TIME)
                .add(EvidenceKind.RUN, "x", Json.mapper().createObjectNode());
        assertThat(verify(heads.getFirst()).chains())
                .extracting(EvidenceReport.Chain::trusted)
                .containsExactlyInAnyOrder(true, false);
    }

    @Test
    void garbage_under_the_next_number_keeps_nobody_from_adding() throws IOException {
        addAll(1);
        try (var writer = store.create(object(2))) {
            writer.write(ByteBuffer.wrap(new byte[] {1, 2, 3}));
            writer.commit();
        }

        var head = add(chain(), "run-2");

        assertThat(head.number()).isEqualTo(2);
        assertThat(verify(head).unreadable())
                .singleElement()
                .satisfies(object -> assertThat(object.object()).isEqualTo(object(2)));
        assertThat(verify(head).chains().getFirst().problems()).isEmpty();
    }

    @Test
    void garbage_under_the_last_number_of_all_keeps_nobody_from_adding() throws IOException {
        addAll(1);
        try (var writer =
                store.create(ObjectKey.of("evidence", signer.key().writer(), ObjectNumbers.text(ObjectNumbers.LAST)))) {
            writer.write(ByteBuffer.wrap(new byte[] {1, 2, 3}));
            writer.commit();
        }

        assertThat(add(chain(), "run-2").number()).isEqualTo(2);
        var head = add(chain(), "run-3");

        assertThat(head.number()).isEqualTo(3);
        assertThat(verify(head).chains().getFirst().problems()).isEmpty();
    }

    @Test
    void a_host_that_adds_to_two_repositories_misses_nothing_in_either() {
        addAll(2);
        var elsewhere = new MemoryStore();
        try (var other = Repository.initialise(
                elsewhere, "harbour", KeyFileKey.generate(folder.resolve("other"), random), TIME, random)) {
            var there = add(new EvidenceChain(other, signer, TIME), "run-3");

            assertThat(there.number()).isEqualTo(1);
            assertThat(EvidenceArchive.of(other)
                            .verify(new TrustedEvidence(
                                    Set.of(signer.key()), Set.of(there.hash()), Optional.of(other.id())))
                            .verdict())
                    .isEqualTo(Verdict.INTACT);
        }
        var here = add(chain(), "run-4");
        assertThat(here.number()).isEqualTo(3);
        assertThat(verify(here).verdict()).isEqualTo(Verdict.INTACT);
    }

    /** They cannot exclude each other by the file of the key: the store decides who was first. */
    @Test
    void two_hosts_with_one_key_in_a_store_that_creates_once_add_one_after_the_other() throws IOException {
        addAll(1);
        var copy = Files.createDirectory(folder.resolve("copied")).resolve("evidence-key");
        Files.copy(folder.resolve("evidence-key"), copy, StandardCopyOption.COPY_ATTRIBUTES);
        var there = new EvidenceChain(repository, EvidenceSigner.read(copy), TIME);
        var here = new EvidenceChain(repository, signer, () -> {
            // The other host is quicker.
            if (subjects(EvidenceArchive.of(repository)).size() == 1) {
                add(there, "run-2");
            }
            return TIME.instant();
        });

        var head = add(here, "run-3");

        assertThat(head.number()).isEqualTo(3);
        assertThat(verify(head).verdict()).isEqualTo(Verdict.INTACT);
    }

    @Test
    void chains_of_another_repository_are_none_of_this() {
        var heads = addAll(1);

        var report = EvidenceArchive.of(repository)
                .verify(new TrustedEvidence(
                        Set.of(signer.key()),
                        Set.of(heads.getFirst().hash()),
                        Optional.of(io.holdfast.repository.key.RepositoryId.parse(
                                "00000000-0000-0000-0000-000000000001"))));

        assertThat(report.verdict()).isEqualTo(Verdict.BROKEN);
    }

    @Test
    void processes_that_share_a_key_add_one_after_the_other() throws Exception {
        try (var threads = Executors.newFixedThreadPool(8)) {
            var added = new ArrayList<Future<Head>>();
            for (var i = 0; i < 40; i++) {
                var subject = "run-" + i;
                added.add(threads.submit(() -> add(chain(), subject)));
            }
            for (var one : added) {
                one.get();
            }
        }

        assertThat(subjects(EvidenceArchive.of(repository))).hasSize(40);
        assertThat(verify().chains().getFirst().problems()).isEmpty();
    }

    @Test
    void what_was_added_before_a_crash_is_found_again() {
        var heads = addAll(3);

        var said = Json.mapper().createObjectNode().put("lamp", "lit by run-2");
        assertThat(chain().find(EvidenceKind.RUN, "run-2", said, 1)).contains(heads.get(1));
        assertThat(chain().find(EvidenceKind.RUN, "run-2", said, 2)).isEmpty();
        assertThat(chain().find(EvidenceKind.PROOF, "run-2", said, 0)).isEmpty();
        var another = Json.mapper().createObjectNode().put("lamp", "put out by run-2");
        assertThat(chain().find(EvidenceKind.RUN, "run-2", another, 1)).isEmpty();
    }

    @Test
    void what_is_exported_verifies_without_the_repository() throws IOException {
        var heads = addAll(2);
        var copy = folder.resolve("copy");

        assertThat(EvidenceArchive.of(repository).export(copy, _ -> {})).isEqualTo(2);

        var trusted =
                new TrustedEvidence(Set.of(signer.key()), Set.of(heads.getLast().hash()), Optional.empty());
        assertThat(EvidenceArchive.exported(copy).verify(trusted).verdict()).isEqualTo(Verdict.INTACT);
        var first = copy.resolve(object(1) + ".json");
        Files.delete(first);
        assertThat(EvidenceArchive.exported(copy).verify(trusted).verdict()).isEqualTo(Verdict.BROKEN);
        try (var huge = FileChannel.open(first, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            huge.write(ByteBuffer.allocate(1), 3L << 30);
        }
        assertThat(EvidenceArchive.exported(copy).verify(trusted).unreadable())
                .extracting(Unreadable::why)
                .containsExactly("it is larger than any entry");
    }
}
