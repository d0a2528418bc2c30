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

    /** What this host has noted about the repository; only to save work, for a host may forget. */
    public Optional<String> noted(String name) {
        return new HostNote(signer, repository.id(), name).read().map(String::strip);
    }

    public void note(String name, String text) {
        new HostNote(signer, repository.id(), name).write(text);
    }

    /** An entry of this writer. */
    private record Link(EvidenceEntry entry, Head head) {}

    /** Adds an entry, durably. */
    public Head add(EvidenceKind kind, String subject, JsonNode content) {
        return alone(() -> {
            var refused = new TreeSet<Integer>();
            while (true) {
                var taken = taken();
                taken.addAll(refused);
                var before = last(newest(taken));
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
                int name = ObjectNumbers.next(before.number(), taken);
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
        return links(taken().tailSet(after, false))
                .filter(link -> link.entry().number() > after)
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

    /**
     * The entry of the highest number, which others of a higher name may precede: whoever has the repository key can store one
     * once more. No name is lower than the number of its entry, so that the search ends soon. What this host remembers does not end
     * it: one that died before it remembered has added more.
     */
    private Optional<Head> newest(NavigableSet<Integer> names) {
        var newest = Optional.<Head>empty();
        for (int name : names.descendingSet()) {
            int number = newest.map(Head::number).orElse(0);
            if (number >= name) {
                break;
            }
            var found = read(name).map(Link::head).filter(head -> head.number() > number && head.number() <= name);
            newest = found.isPresent() ? found : newest;
        }
        return newest;
    }

    /** The numbers of the objects in the folder of this writer. */
    private NavigableSet<Integer> taken() {
        var numbers = new TreeSet<Integer>();
        try (var objects = repository.store().list(folder)) {
            objects.forEach(object -> ObjectNumbers.parse(object.key().name()).ifPresent(numbers::add));
        }
        return numbers;
    }

    /** Highest name first; only what this writer has signed for this repository, read one after the other. */
    private Stream<Link> links(NavigableSet<Integer> numbers) {
        return numbers.descendingSet().stream().flatMap(name -> read(name).stream());
    }

    private Optional<Link> read(int name) {
        var key = folder.child(ObjectNumbers.text(name));
        return repository.objects().attempt(key, () -> own(key)).content().flatMap(own -> own);
    }

    private Optional<Link> own(ObjectKey key) {
        var signed = SignedEntry.read(repository, key);
        if (!signed.isSignedBy(signer.key())) {
            return Optional.empty();
        }
        var entry = signed.entry(key);
        if (!entry.repository().equals(repository.id())) {
            return Optional.empty();
        }
        return Optional.of(new Link(entry, new Head(signer.key(), entry.number(), signed.hash())));
    }

    /** Only one process at a time adds with this key: not every store keeps two from making one object. */
    private <T> T alone(Supplier<T> work) {
        ADDING.lock();
        try (var file = FileChannel.open(signer.lock(), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                var _ = file.lock()) {
            return work.get();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            ADDING.unlock();
        }
    }
}
