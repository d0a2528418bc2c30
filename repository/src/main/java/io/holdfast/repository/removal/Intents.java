package io.holdfast.repository.removal;

import io.holdfast.repository.Repository;
import io.holdfast.repository.pack.BackupId;
import io.holdfast.repository.store.ObjectKey;
import io.holdfast.repository.store.ObjectMissingException;
import io.holdfast.repository.store.StoredObject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Backups that are being taken, or were begun and left. Thread-safe. */
public final class Intents {

    /** How long one lives, by the store's clock, unless it is prolonged. */
    public static final Duration LIFE = Duration.ofHours(24);

    /** A keeper reckons with so much more: stores round times, and give them to what becomes visible a moment later. */
    static final Duration SLACK = Duration.ofHours(1);

    private static final Pattern NAME = Pattern.compile("backup/([^/]+)/intent-([0-9]{8})");

    private final Repository repository;

    public Intents(Repository repository) {
        this.repository = repository;
    }

    /**
     * A backup that may still be going to be committed.
     *
     * @param since when its intent was stored
     */
    public record Living(BackupId backup, Optional<BackupId> parent, Instant since) {}

    /**
     * Takes a name for a backup.
     *
     * @throws io.holdfast.repository.store.ObjectExistsException if another backup has it
     */
    public OpenIntent open(BackupId backup, Optional<BackupId> parent, String member, Instant begun) {
        return OpenIntent.write(repository, new Intent(backup, parent, member, begun));
    }

    /** Backups that a keeper is going to remove: nothing must be built upon them. */
    public Set<BackupId> condemned() {
        return CondemnLists.read(repository).all().stream()
                .flatMap(list -> list.content().stream())
                .filter(key -> key.text().startsWith("manifest/") && BackupId.isValid(key.name()))
                .map(key -> new BackupId(key.name()))
                .collect(Collectors.toSet());
    }

    static ObjectKey key(BackupId backup, int number) {
        return backup.folder().child("intent-%08d".formatted(number));
    }

    static boolean isOne(ObjectKey key) {
        return NAME.matcher(key.text()).matches();
    }

    /** Those that a keeper must reckon with. */
    List<Living> living(Instant now) {
        var objects = new HashMap<BackupId, List<StoredObject>>();
        try (var found = repository.store().list(ObjectKey.of("backup"))) {
            found.forEach(object -> {
                var name = NAME.matcher(object.key().text());
                if (name.matches() && BackupId.isValid(name.group(1))) {
                    objects.computeIfAbsent(new BackupId(name.group(1)), _ -> new ArrayList<>())
                            .add(object);
                }
            });
        }
        return objects.entrySet().stream()
                .filter(entry -> !end(entry.getValue()).plus(SLACK).isBefore(now))
                .flatMap(entry -> read(entry).stream())
                .toList();
    }

    private Optional<Living> read(Map.Entry<BackupId, List<StoredObject>> found) {
        var first = found.getValue().stream()
                .min(Comparator.comparing(StoredObject::key))
                .orElseThrow();
        try {
            var intent = repository.objects().readDocument(first.key(), Intent.class);
            return Optional.of(new Living(found.getKey(), intent.parent(), first.stored()));
        } catch (ObjectMissingException _) {
            // Another keeper has removed it: it is not alive.
            return Optional.empty();
        }
    }

    /** The end of the life that some intents of one backup have together. */
    static Instant end(List<StoredObject> intents) {
        var end = Instant.MIN;
        for (var intent :
                intents.stream().sorted(Comparator.comparing(StoredObject::key)).toList()) {
            if (!end.equals(Instant.MIN) && intent.stored().isAfter(end)) {
                break;
            }
            end = intent.stored().plus(LIFE);
        }
        return end;
    }
}
