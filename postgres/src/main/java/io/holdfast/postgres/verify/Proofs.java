package io.holdfast.postgres.verify;

import io.holdfast.problem.HoldfastException;
import io.holdfast.repository.Repository;
import io.holdfast.repository.frame.NewerFormatException;
import io.holdfast.repository.pack.BackupId;
import io.holdfast.repository.store.ObjectKey;
import io.holdfast.repository.store.StoredObject;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import tools.jackson.databind.JsonNode;

/** The proofs in a repository: section 15 of the format. */
public final class Proofs {

    private static final ObjectKey FOLDER = ObjectKey.of("proof");

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuuMMdd-HHmmss", Locale.ROOT).withZone(ZoneOffset.UTC);

    private static final Comparator<StoredObject> BY_AGE = Comparator.comparing(StoredObject::stored)
            .thenComparing(object -> object.key().text());

    private final Repository repository;

    public Proofs(Repository repository) {
        this.repository = repository;
    }

    /**
     * What is known of one backup.
     *
     * @param newest that was stored, by the store's clock
     * @param decided the newest that is good or bad; what could not be determined later takes nothing away from it
     */
    public record Standing(Proof newest, Optional<Proof> decided) {}

    /**
     * What is known.
     *
     * @param unreadable proofs that were left out, each with the reason, for people
     */
    public record Known(Map<BackupId, Standing> standings, List<String> unreadable) {

        public Known {
            standings = Map.copyOf(standings);
            unreadable = List.copyOf(unreadable);
        }

        public Optional<Standing> of(BackupId backup) {
            return Optional.ofNullable(standings.get(backup));
        }
    }

    /** Stores a proof for good; the name that it got. */
    public ObjectKey store(Proof proof, RandomGenerator random) {
        var suffix = new byte[4];
        random.nextBytes(suffix);
        var key = folder(proof.backup())
                .child(TIME.format(proof.completed()) + "-" + HexFormat.of().formatHex(suffix));
        repository.objects().createDocument(key, proof);
        return key;
    }

    private static ObjectKey folder(BackupId backup) {
        return FOLDER.child(backup.text());
    }

    /** What is known of some backups: one listing, and of each backup the newest documents only. */
    public Known of(Collection<BackupId> backups) {
        var wanted = new HashSet<>(backups);
        var objects = new HashMap<BackupId, List<StoredObject>>();
        try (var found = repository.store().list(FOLDER)) {
            found.forEach(object -> backupOf(object)
                    .filter(wanted::contains)
                    .ifPresent(backup -> objects.computeIfAbsent(backup, _ -> new ArrayList<>())
                            .add(object)));
        }
        var standings = new HashMap<BackupId, Standing>();
        var unreadable = new ArrayList<String>();
        objects.forEach((backup, stored) ->
                standing(stored, unreadable).ifPresent(standing -> standings.put(backup, standing)));
        return new Known(standings, unreadable);
    }

    /** The one that was stored last, of any backup; empty also if that cannot be read. */
    public Optional<Proof> newest() {
        Optional<StoredObject> newest;
        try (var found = repository.store().list(FOLDER)) {
            newest = found.filter(object -> backupOf(object).isPresent()).max(BY_AGE);
        }
        return newest.flatMap(object -> read(object.key(), new ArrayList<>()));
    }

    private static Optional<BackupId> backupOf(StoredObject object) {
        var parts = object.key().text().split("/", -1);
        return parts.length == 3 && BackupId.isValid(parts[1]) ? Optional.of(new BackupId(parts[1])) : Optional.empty();
    }

    private Optional<Standing> standing(List<StoredObject> objects, List<String> unreadable) {
        var newestFirst = objects.stream().sorted(BY_AGE.reversed()).toList();
        var newest = Optional.<Proof>empty();
        for (var object : newestFirst) {
            var proof = read(object.key(), unreadable);
            newest = newest.or(() -> proof);
            if (proof.filter(found -> found.verdict() != Verdict.UNDETERMINED).isPresent()) {
                return Optional.of(new Standing(newest.orElseThrow(), proof));
            }
        }
        return newest.map(found -> new Standing(found, Optional.empty()));
    }

    private Optional<Proof> read(ObjectKey key, List<String> unreadable) {
        try {
            var version = repository.objects().readDocument(key, JsonNode.class).path("version");
            if (version.isIntegralNumber() && version.asLong() != Proof.VERSION) {
                throw new NewerFormatException("the proof " + key, version.asLong(), Proof.VERSION);
            }
            return Optional.of(repository.objects().readDocument(key, Proof.class));
        } catch (HoldfastException e) {
            unreadable.add("proof '%s' is left out: %s".formatted(key, e.getMessage()));
            return Optional.empty();
        }
    }
}
