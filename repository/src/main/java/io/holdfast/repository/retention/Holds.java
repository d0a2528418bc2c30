package io.holdfast.repository.retention;

import io.holdfast.repository.Repository;
import io.holdfast.repository.frame.Reading;
import io.holdfast.repository.frame.Unreadable;
import io.holdfast.repository.pack.BackupId;
import io.holdfast.repository.store.ObjectExistsException;
import io.holdfast.repository.store.ObjectKey;
import io.holdfast.repository.store.ObjectMissingException;
import io.holdfast.repository.store.ObjectNumbers;
import io.holdfast.repository.store.StoredObject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/** The holds of a repository: what becomes of one is said by further objects. Thread-safe. */
public final class Holds {

    private static final ObjectKey FOLDER = ObjectKey.of("hold");
    private static final Pattern NAME = Pattern.compile("hold/([0-9]{8})");

    private final Repository repository;

    public Holds(Repository repository) {
        this.repository = repository;
    }

    /**
     * What is held.
     *
     * @param postgres what only the PostgreSQL engine understands
     */
    public record Subject(Optional<BackupId> backup, Optional<JsonNode> postgres) {}

    /**
     * What another store was told.
     *
     * @param objects how many it got
     * @param problem if it has something else by the number of a hold; it has all others then
     */
    public record Brought(int objects, Optional<HoldException> problem) {}

    private record Stored(int number, Instant at, HoldDocument document) {}

    /**
     * What there is.
     *
     * @param documents by number
     * @param unreadable what may have been one
     * @param taken numbers that something has
     */
    private record Found(List<Stored> documents, List<Unreadable> unreadable, Set<Integer> taken) {

        Map<Integer, HoldDocument> byNumber() {
            return documents.stream().collect(Collectors.toMap(Stored::number, Stored::document));
        }

        int newest() {
            return documents.stream().mapToInt(Stored::number).max().orElse(0);
        }
    }

    /**
     * Places one.
     *
     * @param life for ever, if absent
     */
    public Hold place(Subject subject, String reason, String by, Optional<Duration> life) {
        return place(subject, reason, by, life, Optional.empty());
    }

    /** Places one of this store alone: no other learns of it. */
    public Hold placeHere(Subject subject, String reason, String by, Duration life) {
        return place(subject, reason, by, Optional.of(life), Optional.of(true));
    }

    private Hold place(Subject subject, String reason, String by, Optional<Duration> life, Optional<Boolean> here) {
        return placed(create(new HoldDocument(
                HoldDocument.Kind.PLACE,
                OptionalInt.empty(),
                subject.backup(),
                reason,
                by,
                seconds(life),
                subject.postgres(),
                here)));
    }

    /** Holds on for {@code life} from now. One that has ended stays ended, which the answer shows. */
    public Hold renew(Hold hold, Duration life) {
        var renewal = create(new HoldDocument(
                HoldDocument.Kind.RENEW,
                OptionalInt.of(hold.number()),
                Optional.empty(),
                hold.reason(),
                hold.by(),
                seconds(Optional.of(life)),
                Optional.empty(),
                Optional.empty()));
        return find(hold.number()).orElseGet(() -> hold.isInForce(renewal.at()) ? hold.until(end(renewal)) : hold);
    }

    /**
     * Ends a hold.
     *
     * @throws HoldException if there is no such hold
     */
    public Hold release(int number, String reason, String by) {
        return release(find(number).orElseThrow(() -> HoldException.unknown(number)), reason, by);
    }

    /** Ends one that is known. */
    public Hold release(Hold hold, String reason, String by) {
        var release = create(new HoldDocument(
                HoldDocument.Kind.RELEASE,
                OptionalInt.of(hold.number()),
                Optional.empty(),
                reason,
                by,
                OptionalLong.empty(),
                Optional.empty(),
                Optional.empty()));
        return find(hold.number())
                .orElseGet(() -> hold.isInForce(release.at()) ? hold.until(Optional.of(release.at())) : hold);
    }

    /** As the store lists them, which may be a moment behind in a store that is not as consistent as it says. */
    private Optional<Hold> find(int number) {
        return all().stream().filter(hold -> hold.number() == number).findFirst();
    }

    private static OptionalLong seconds(Optional<Duration> life) {
        return life.map(time -> OptionalLong.of(time.toSeconds())).orElseGet(OptionalLong::empty);
    }

    private Stored create(HoldDocument document) {
        var found = find();
        var tried = new HashSet<>(found.taken());
        while (true) {
            int number = ObjectNumbers.next(found.newest(), tried);
            if (create(number, document)) {
                return new Stored(number, stored(number), document);
            }
            // Somebody else has this number: the next one is as good.
            tried.add(number);
        }
    }

    private Instant stored(int number) {
        return repository
                .store()
                .find(key(number))
                .map(StoredObject::stored)
                .orElseThrow(() -> HoldException.unknown(number));
    }

    private static ObjectKey key(int number) {
        return FOLDER.child(ObjectNumbers.text(number));
    }

    /** What does not authenticate: it may be a hold that is damaged, of nobody knows what. */
    public List<Unreadable> unreadable() {
        return find().unreadable();
    }

    /** Every hold that was placed and is still remembered, oldest first, also those that have ended. */
    public List<Hold> all() {
        var holds = new TreeMap<Integer, Hold>();
        for (var stored : find().documents()) {
            switch (stored.document().kind()) {
                case PLACE -> holds.put(stored.number(), placed(stored));
                case RENEW ->
                    stored.document()
                            .hold()
                            .ifPresent(number -> holds.computeIfPresent(
                                    number, (_, hold) -> hold.isInForce(stored.at()) ? hold.until(end(stored)) : hold));
                case RELEASE ->
                    stored.document()
                            .hold()
                            .ifPresent(number -> holds.computeIfPresent(
                                    number,
                                    (_, hold) ->
                                            hold.isInForce(stored.at()) ? hold.until(Optional.of(stored.at())) : hold));
            }
        }
        return List.copyOf(holds.values());
    }

    /** Those that keep something at a time. */
    public List<Hold> inForce(Instant now) {
        return all().stream().filter(hold -> hold.isInForce(now)).toList();
    }

    /** The objects that say nothing any more: of holds that ended before a time. The newest number stays, so that none is used twice. */
    public List<ObjectKey> endedBefore(Instant time) {
        var found = find();
        var inForce = inForce(time).stream().map(Hold::number).collect(Collectors.toSet());
        return found.documents().stream()
                .filter(stored -> stored.number() != found.newest()
                        && !stored.at().isAfter(time)
                        && !inForce.contains(stored.document().hold().orElse(stored.number())))
                .map(stored -> key(stored.number()))
                .toList();
    }

    /**
     * Says in another store of the same repository what is held here, and what was released here and is still held there: a
     * store that was away when somebody said so does not know. Times count from when it is said there, so nothing ends sooner. What was
     * placed by {@link #placeHere} is left out.
     */
    public Brought bringTo(Holds other) {
        var here = find();
        var there = other.find();
        var known = there.byNumber();
        var wanted = numbers(inForce(repository.store().now()));
        var over = numbers(other.inForce(other.repository.store().now()));
        // Another hold may have the same number there.
        over.removeIf(number -> !Objects.equals(here.byNumber().get(number), known.get(number)));
        here.documents().stream()
                .filter(stored -> stored.document().isOfThisStoreAlone())
                .forEach(stored -> {
                    wanted.remove(stored.number());
                    over.remove(stored.number());
                });
        var others = new TreeSet<Integer>();
        int brought = 0;
        for (var stored : here.documents()) {
            int number = stored.number();
            var document = stored.document();
            int hold = document.hold().orElse(number);
            boolean ends = document.kind() == HoldDocument.Kind.RELEASE && over.contains(hold);
            if (!(wanted.contains(hold) || ends) || others.contains(hold) || document.equals(known.get(number))) {
                continue;
            }
            if (!there.taken().contains(number) && other.create(number, document)) {
                brought++;
            } else {
                others.add(hold);
            }
        }
        return new Brought(brought, others.isEmpty() ? Optional.empty() : Optional.of(HoldException.taken(others)));
    }

    private static Set<Integer> numbers(List<Hold> holds) {
        return holds.stream().map(Hold::number).collect(Collectors.toCollection(HashSet::new));
    }

    private boolean create(int number, HoldDocument document) {
        try {
            repository.objects().createDocument(key(number), document);
            return true;
        } catch (ObjectExistsException _) {
            return false;
        }
    }

    private static Hold placed(Stored stored) {
        var document = stored.document();
        return new Hold(
                stored.number(),
                document.backup(),
                document.postgres(),
                document.reason(),
                document.by(),
                stored.at(),
                end(stored));
    }

    private static Optional<Instant> end(Stored stored) {
        var seconds = stored.document().seconds();
        return seconds.isPresent() ? Optional.of(stored.at().plusSeconds(seconds.getAsLong())) : Optional.empty();
    }

    private Found find() {
        var documents = new ArrayList<Stored>();
        var unreadable = new ArrayList<Unreadable>();
        var taken = new HashSet<Integer>();
        try (var objects = repository.store().list(FOLDER)) {
            objects.forEach(object -> {
                var name = NAME.matcher(object.key().text());
                if (name.matches()) {
                    int number = Integer.parseInt(name.group(1));
                    taken.add(number);
                    read(object).ifPresent(reading -> {
                        reading.content()
                                .ifPresent(document -> documents.add(new Stored(number, object.stored(), document)));
                        reading.unreadable().ifPresent(unreadable::add);
                    });
                }
            });
        }
        documents.sort(Comparator.comparingInt(Stored::number));
        return new Found(documents, unreadable, taken);
    }

    private Optional<Reading<HoldDocument>> read(StoredObject object) {
        try {
            return Optional.of(repository
                    .objects()
                    .attempt(object.key(), () -> repository.objects().readDocument(object.key(), HoldDocument.class)));
        } catch (ObjectMissingException _) {
            // A keeper has removed it: it had ended long ago.
            return Optional.empty();
        }
    }
}
