package io.holdfast.postgres.verify;

import io.holdfast.repository.Repository;
import io.holdfast.repository.pack.BackupId;
import io.holdfast.repository.store.ObjectKey;
import io.holdfast.repository.store.ObjectMissingException;
import io.holdfast.repository.store.StoredObject;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;

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
     * @param stored when the newest was, by the store's clock
     * @param newest that can be read
     * @param decided the newest that is good or bad; what could not be determined later takes nothing away from it
     */
    public record Standing(Instant stored, Proof newest, Optional<Proof> decided) {}

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

    /** What is known of some backups, of those of which anything is: one listing, and of each the newest documents only. */
    public Map<BackupId, Standing> of(Collection<BackupId> backups) {
        var wanted = Set.copyOf(backups);
        var objects = new HashMap<BackupId, List<StoredObject>>();
        try (var found = repository.store().list(FOLDER)) {
            found.forEach(object -> backupOf(object)
                    .filter(wanted::contains)
                    .ifPresent(backup -> objects.computeIfAbsent(backup, _ -> new ArrayList<>())
                            .add(object)));
        }
        var standings = new HashMap<BackupId, Standing>();
        objects.forEach((backup, stored) -> standing(stored).ifPresent(standing -> standings.put(backup, standing)));
        return Map.copyOf(standings);
    }

    private static Optional<BackupId> backupOf(StoredObject object) {
        var parts = object.key().text().split("/", -1);
        return parts.length == 3 && BackupId.isValid(parts[1]) ? Optional.of(new BackupId(parts[1])) : Optional.empty();
    }

    private Optional<Standing> standing(List<StoredObject> objects) {
        var newest = Optional.<Standing>empty();
        for (var object : objects.stream().sorted(BY_AGE.reversed()).toList()) {
            var proof = read(object.key());
            newest = newest.or(() -> proof.map(found -> new Standing(object.stored(), found, Optional.empty())));
            if (proof.filter(found -> found.verdict() != Verdict.UNDETERMINED).isPresent()) {
                return newest.map(standing -> new Standing(standing.stored(), standing.newest(), proof));
            }
        }
        return newest;
    }

    /** What does not authenticate, or says a later version, is remembered by the repository, and says nothing. */
    private Optional<Proof> read(ObjectKey key) {
        try {
            return repository
                    .objects()
                    .attempt(key, () -> repository.objects().readDocument(key, Proof.class, Proof.VERSION))
                    .content();
        } catch (ObjectMissingException _) {
            // A person has disowned it.
            return Optional.empty();
        }
    }
}
