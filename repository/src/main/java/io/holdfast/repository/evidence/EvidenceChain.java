package io.holdfast.repository.evidence;

import io.holdfast.repository.Repository;
import io.holdfast.repository.document.Json;
import io.holdfast.repository.store.ObjectExistsException;
import io.holdfast.repository.store.ObjectKey;
import io.holdfast.repository.store.ObjectNumbers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/**
 * The chain of one writer, to be added to: section 16 of the format. Processes that share a key add one after the other.
 * Thread-safe.
 */
public final class EvidenceChain {

    private static final Logger LOG = LoggerFactory.getLogger(EvidenceChain.class);

    /** File locks are those of the process: its threads need one of their own. */
    private static final ReentrantLock ADDING = new ReentrantLock();

    private final Repository repository;
    private final EvidenceSigner signer;
    private final ObjectKey folder;
    private final KnownHead known;
    private final InstantSource clock;

    public EvidenceChain(Repository repository, EvidenceSigner signer, InstantSource clock) {
        this.repository = repository;
        this.signer = signer;
        this.folder = EvidenceArchive.FOLDER.child(signer.key().writer());
        this.known = new KnownHead(signer, repository.id());
        this.clock = clock;
    }

    /** Whose chain it is. */
    public EvidenceKey key() {
        return signer.key();
    }

    /** An entry of this writer, and where it is. */
    private record Link(int name, EvidenceEntry entry, Head head) {}

    /** Adds an entry, durably. */
    public Head add(EvidenceKind kind, String subject, JsonNode content) {
        return alone(() -> {
            var refused = new TreeSet<Integer>();
            while (true) {
                var taken = taken();
                taken.addAll(refused);
                var newest = links(taken).findFirst();
                var before = last(newest.map(Link::head));
                var signed = SignedEntry.of(
                        new EvidenceEntry(
                                EvidenceEntry.FORMAT,
                                repository.id(),
                                signer.key(),
                                before.number() + 1,
                                before.hash(),
                                clock.instant(),
                                kind,
                                subject,
                                content),
                        signer);
                int name = nextName(newest.map(Link::name).orElse(0), taken);
                if (create(name, signed)) {
                    var head = new Head(signer.key(), before.number() + 1, signed.hash());
                    known.write(head);
                    return head;
                }
                // Something that is no entry, or an entry of another host to which the key was copied.
                refused.add(name);
            }
        });
    }

    /** Behind all that is there: what does not authenticate may have any name, and keeps nobody from adding. */
    private static int nextName(int newest, NavigableSet<Integer> taken) {
        if (taken.isEmpty()) {
            return 1;
        }
        return taken.last() < ObjectNumbers.LAST ? taken.last() + 1 : ObjectNumbers.next(newest, taken);
    }

    private boolean create(int name, SignedEntry signed) {
        try {
            repository.objects().createDocument(folder.child(ObjectNumbers.text(name)), signed);
            return true;
        } catch (ObjectExistsException _) {
            return false;
        }
    }

    /**
     * Looks for an entry among the newest that says the same: a run may end once more where the record of runs was restored.
     *
     * @param after the number of the entry behind which they begin
     */
    public Optional<Head> find(EvidenceKind kind, String subject, JsonNode content, int after) {
        var wanted = Json.mapper().readTree(Json.mapper().writeValueAsString(content));
        return links(taken())
                .takeWhile(link -> link.entry().number() > after)
                .filter(link -> link.entry().kind() == kind)
                .filter(link -> link.entry().subject().equals(subject))
                .filter(link -> link.entry().content().equals(wanted))
                .map(Link::head)
                .findFirst();
    }

    /** A chain that is shorter than this host knows goes on where it was, so that what is missing shows for ever. */
    private Head last(Optional<Head> stored) {
        var remembered = known.read();
        if (remembered.isPresent()
                && remembered.get().number() > stored.map(Head::number).orElse(0)) {
            LOG.error(
                    "entries of the evidence chain are gone folder={} stored={} remembered={}",
                    folder,
                    stored.map(Head::number).orElse(0),
                    remembered.get().number());
            return remembered.get();
        }
        return stored.orElse(new Head(signer.key(), 0, EvidenceEntry.NOTHING));
    }

    /** The numbers of the objects in the folder of this writer. */
    private NavigableSet<Integer> taken() {
        var numbers = new TreeSet<Integer>();
        try (var objects = repository.store().list(folder)) {
            objects.forEach(object -> ObjectNumbers.parse(object.key().name()).ifPresent(numbers::add));
        }
        return numbers;
    }

    /** Newest first; only what this writer has signed, read one after the other. */
    private Stream<Link> links(NavigableSet<Integer> numbers) {
        return numbers.descendingSet().stream().flatMap(name -> {
            var key = folder.child(ObjectNumbers.text(name));
            return repository.objects().attempt(key, () -> own(name, key)).content().stream()
                    .flatMap(Optional::stream);
        });
    }

    private Optional<Link> own(int name, ObjectKey key) {
        var signed = SignedEntry.read(repository, key);
        if (!signed.isSignedBy(signer.key())) {
            return Optional.empty();
        }
        var entry = signed.entry(key);
        return Optional.of(new Link(name, entry, new Head(signer.key(), entry.number(), signed.hash())));
    }

    /** Only one process at a time adds with this key: not every store keeps two from making one object. */
    private <T> T alone(Supplier<T> work) {
        ADDING.lock();
        try (var file = FileChannel.open(signer.file(), StandardOpenOption.READ, StandardOpenOption.WRITE);
                var _ = file.lock()) {
            return work.get();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            ADDING.unlock();
        }
    }
}
