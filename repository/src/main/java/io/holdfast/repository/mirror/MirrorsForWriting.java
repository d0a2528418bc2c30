package io.holdfast.repository.mirror;

import io.holdfast.repository.mirror.Lane.Outcome;
import io.holdfast.repository.store.Capability;
import io.holdfast.repository.store.ObjectExistsException;
import io.holdfast.repository.store.ObjectKey;
import io.holdfast.repository.store.ObjectLocks;
import io.holdfast.repository.store.ObjectMissingException;
import io.holdfast.repository.store.ObjectReader;
import io.holdfast.repository.store.ObjectStore;
import io.holdfast.repository.store.ObjectWriter;
import io.holdfast.repository.store.StoreException;
import io.holdfast.repository.store.StoredObject;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * One of several stores of a repository, the <em>leader</em>, to which the others are kept alike as far as they answer. What is read is
 * what the leader has, since a backup relies on what is in the same store. Of what is written
 *
 * <ul>
 *   <li>packs and WAL, whose names only this process gives, go to all stores at once, and are stored when the policy is met; packs are
 *       in the leader in any case, since their manifest will be there;
 *   <li>a manifest goes to the leader alone: whether another store has all that it needs is found out when the backup is copied there;
 *   <li>all else is decided by the first store of the list, and follows in the others.
 * </ul>
 *
 * Thread-safe.
 */
public final class MirrorsForWriting implements MirroredStore {

    /** Of a backup or a session that this process alone writes. */
    private static final Pattern OWN = Pattern.compile("backup/.+|claim/[^/]+/[^/]+/[^/]+/.+");

    /** What somebody else may have decided meanwhile: the first store knows, and while it is away nobody can. */
    private static final Pattern DECIDED =
            Pattern.compile("(key|epoch|key-mark|generation)(/.*)?|claim/[^/]+/[^/]+/claim");

    private static final String MANIFESTS = "manifest/";

    /** Their manifest will be in the leader, and so must be all that it reaches. */
    private static final String BACKUPS = "backup/";

    private static final String REMOVAL = "condemn/";

    private static final Duration CLOSING = Duration.ofSeconds(20);

    private final Members members;
    private final CommitPolicy policy;
    private final int leader;
    private final Object running = new Object();

    /**
     * Opens the stores that answer. The first one leads; if it does not answer, another does where the policy does not ask for it.
     *
     * @param onFailure sees each store that fails, with its location, and again when it has been left alone and fails again
     * @throws StoreException if none can lead
     */
    public MirrorsForWriting(List<Member> stores, CommitPolicy policy, BiConsumer<String, StoreException> onFailure) {
        this.members = new Members(stores, onFailure);
        this.policy = policy;
        try {
            this.leader = elect();
        } catch (RuntimeException e) {
            members.close();
            throw e;
        }
    }

    private int elect() {
        int found = members.firstAnswering().orElse(0);
        if (found > 0 && !(policy instanceof CommitPolicy.Any)) {
            throw members.problem(0).orElseThrow();
        }
        return found;
    }

    private Member leader() {
        return members.get(leader);
    }

    private ObjectStore leading() {
        return leader().store();
    }

    /** The numbers of stores that lack something that was stored meanwhile, since this was asked last. */
    public BitSet takeLacking() {
        var lacking = new BitSet();
        for (int number = 0; number < members.count(); number++) {
            if (members.get(number).takeLacks()) {
                lacking.set(number);
            }
        }
        return lacking;
    }

    public CommitPolicy policy() {
        return policy;
    }

    @Override
    public int count() {
        return members.count();
    }

    @Override
    public String location(int number) {
        return members.get(number).location();
    }

    /** Of some stores by their numbers. */
    public List<String> locations(BitSet numbers) {
        return numbers.stream().mapToObj(this::location).toList();
    }

    @Override
    public ObjectStore openApart(int number) {
        return members.get(number).openApart();
    }

    /** Those that another view of the same stores found to lack something. */
    public void lacking(BitSet numbers) {
        numbers.stream().forEach(number -> members.get(number).lacks());
    }

    /** The number of the store that leads. */
    public int leaderNumber() {
        return leader;
    }

    @Override
    public String location() {
        return leader().location();
    }

    @Override
    public Set<Capability> capabilities() {
        return leading().capabilities();
    }

    @Override
    public ObjectWriter create(ObjectKey key) {
        var text = key.text();
        if (text.startsWith(REMOVAL)) {
            throw new UnsupportedOperationException("each store has its own list of what is removed from it");
        }
        if (text.startsWith(MANIFESTS)) {
            return leading().create(key);
        }
        if (OWN.matcher(text).matches()) {
            var terms = new TeeWriter.Terms(policy, members.count(), leader, text.startsWith(BACKUPS));
            return new TeeWriter(key, terms, choose(terms), this::ended);
        }
        if (leader > 0) {
            throw MirrorException.needsFirst(
                    key, members.get(0).location(), members.problem(0).orElseThrow());
        }
        return new FollowedWriter(key, leading().create(key));
    }

    /** Leaves out what failed a moment ago or is far behind, unless nothing would be stored then. */
    private List<Optional<Member>> choose(TeeWriter.Terms terms) {
        var ready = new BitSet();
        for (int number = 0; number < members.count(); number++) {
            var member = members.get(number);
            ready.set(number, !member.isLeftAlone() && !member.isFarBehind());
        }
        boolean enough = terms.areMetBy(ready);
        var chosen = new ArrayList<Optional<Member>>();
        for (int number = 0; number < members.count(); number++) {
            var member = members.get(number);
            if (enough && !ready.get(number)) {
                member.lacks();
                chosen.add(Optional.empty());
            } else {
                chosen.add(Optional.of(member));
            }
        }
        return chosen;
    }

    private void ended(Lane lane) {
        if (lane.outcome().orElseThrow() instanceof Outcome.Failed && !lane.isUnwanted()) {
            lane.member().lacks();
        }
        synchronized (running) {
            running.notifyAll();
        }
    }

    /** What the first store has taken is passed on to the others, which may fail. Confined to one thread. */
    private final class FollowedWriter implements ObjectWriter {

        private final ObjectKey key;
        private final ObjectWriter first;
        private final ByteArrayOutputStream content = new ByteArrayOutputStream();

        FollowedWriter(ObjectKey key, ObjectWriter first) {
            this.key = key;
            this.first = first;
        }

        @Override
        public void write(ByteBuffer bytes) {
            var part = new byte[bytes.remaining()];
            bytes.get(bytes.position(), part);
            content.writeBytes(part);
            first.write(bytes);
        }

        @Override
        public void commit() {
            first.commit();
            members.all().stream().skip(1).forEach(this::follow);
        }

        private void follow(Member member) {
            if (member.isLeftAlone()) {
                member.lacks();
                return;
            }
            try {
                member.create(key, content.toByteArray());
            } catch (ObjectExistsException _) {
                // Copied there already, or another's: whoever heals it compares.
                member.lacks();
            } catch (StoreException e) {
                member.failed(e);
                member.lacks();
            }
        }

        @Override
        public void close() {
            first.close();
        }
    }

    @Override
    public ObjectReader open(ObjectKey key) {
        return ask(key, store -> store.open(key));
    }

    @Override
    public Optional<StoredObject> find(ObjectKey key) {
        return ask(key, store -> store.find(key));
    }

    /** A session that has its claim goes on with what another store knows of keys and claims. */
    private <T> T ask(ObjectKey key, Function<ObjectStore, T> question) {
        if (!(policy instanceof CommitPolicy.Any)
                || !DECIDED.matcher(key.text()).matches()) {
            return question.apply(leading());
        }
        Optional<StoreException> problem = Optional.empty();
        for (var member : members.worthAsking()) {
            try {
                return question.apply(member.store());
            } catch (ObjectMissingException e) {
                throw e;
            } catch (StoreException e) {
                member.failed(e);
                problem = problem.or(() -> Optional.of(e));
            }
        }
        throw problem.orElseThrow();
    }

    @Override
    public Stream<StoredObject> list(ObjectKey folder) {
        return DECIDED.matcher(folder.text()).matches()
                ? ask(folder, store -> all(store.list(folder))).stream()
                : leading().list(folder);
    }

    /** They are few, and a store may fail while they are read. */
    private static List<StoredObject> all(Stream<StoredObject> objects) {
        try (objects) {
            return objects.toList();
        }
    }

    @Override
    public Stream<StoredObject> list(ObjectKey folder, ObjectKey after) {
        return leading().list(folder, after);
    }

    @Override
    public Stream<StoredObject> list() {
        return leading().list();
    }

    /** From every store: what is removed from one alone would come back. */
    @Override
    public void remove(ObjectKey key) {
        members.all().forEach(member -> member.within(ObjectStore::now));
        members.all()
                .forEach(member -> member.within(store -> {
                    store.remove(key);
                    return key;
                }));
    }

    @Override
    public ObjectStore counted() {
        return policy instanceof CommitPolicy.Primary ? this : new CountedStore(this, members, policy);
    }

    @Override
    public Optional<Instant> lockedUntil(ObjectKey key) {
        return leading().lockedUntil(key);
    }

    @Override
    public Optional<Instant> notRemovableUntil(ObjectKey key) {
        return leading().notRemovableUntil(key);
    }

    /** Those of the leader: in the others a backup's are extended when it is copied there. */
    @Override
    public Optional<ObjectLocks> locks() {
        return leading().locks();
    }

    @Override
    public Instant now() {
        return leading().now();
    }

    /** Waits until nothing is on its way any more, as long as that is to be expected. */
    public void awaitQuiet() {
        long deadline = System.nanoTime() + CLOSING.toNanos();
        synchronized (running) {
            while (members.all().stream().anyMatch(member -> member.isBehind() && !member.isLeftAlone())) {
                long left = (deadline - System.nanoTime()) / 1_000_000;
                if (left <= 0) {
                    return;
                }
                try {
                    running.wait(left);
                } catch (InterruptedException _) {
                    Thread.currentThread().interrupt();
                    return;
                }
            }
        }
    }

    @Override
    public void close() {
        awaitQuiet();
        members.close();
    }
}
