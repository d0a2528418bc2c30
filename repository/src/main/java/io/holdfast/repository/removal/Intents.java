package io.holdfast.repository.removal;

import io.holdfast.repository.Repository;
import io.holdfast.repository.frame.Reading;
import io.holdfast.repository.frame.Unreadable;
import io.holdfast.repository.pack.BackupId;
import io.holdfast.repository.store.ObjectKey;
import io.holdfast.repository.store.ObjectMissingException;
import io.holdfast.repository.store.ObjectNumbers;
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
        return backup.folder().child("intent-" + ObjectNumbers.text(number));
    }

    static boolean isOne(ObjectKey key) {
        return NAME.matcher(key.text()).matches();
    }

    /**
     * What a keeper must reckon with.
     *
     * @param unreadable of backups that may be alive, and that nothing is known of, by backup
     */
    record Found(List<Living> living, Map<BackupId, Unreadable> unreadable) {}

    Found living(Instant now) {
        var objects = new HashMap<BackupId, List<StoredObject>>();
        try (var found = repository.store().list(ObjectKey.of("backup"))) {
            found.forEach(object -> {
                var name = NAME.matcher(object.key().text());
                if (name.matches() && BackupId.isValid(name.group(1)) && Integer.parseInt(name.group(2)) > 0) {
                    objects.computeIfAbsent(new BackupId(name.group(1)), _ -> new ArrayList<>())
                            .add(object);
                }
            });
        }
        var living = new ArrayList<Living>();
        var unreadable = new HashMap<BackupId, Unreadable>();
        objects.forEach((backup, intents) -> {
            if (!end(intents).plus(SLACK).isBefore(now)) {
                read(backup, intents, living, unreadable);
            }
        });
        return new Found(living, unreadable);
    }

    /** All of one backup say the same: the first that can be read will do. */
    private void read(
            BackupId backup, List<StoredObject> intents, List<Living> living, Map<BackupId, Unreadable> unreadable) {
        var since = intents.stream().map(StoredObject::stored).min(Comparator.naturalOrder());
        for (var object :
                intents.stream().sorted(Comparator.comparing(StoredObject::key)).toList()) {
            try {
                var reading = repository
                        .objects()
                        .attempt(object.key(), () -> repository.objects().readDocument(object.key(), Intent.class));
                switch (reading) {
                    case Reading.Sound<Intent>(var intent) -> {
                        living.add(new Living(backup, intent.parent(), since.orElseThrow()));
                        unreadable.remove(backup);
                        return;
                    }
                    case Reading.Unsound<Intent>(var found) -> unreadable.putIfAbsent(backup, found);
                }
            } catch (ObjectMissingException _) {
                // Another keeper has removed it: it is not alive.
            }
        }
    }

    /**
     * The end of the life that some intents of one backup have together. Somebody may have put some under numbers before their
     * time: none of them ends a life earlier.
     */
    static Instant end(List<StoredObject> intents) {
        var end = Instant.MIN;
        for (var intent :
                intents.stream().sorted(Comparator.comparing(StoredObject::key)).toList()) {
            if (!end.equals(Instant.MIN) && intent.stored().isAfter(end)) {
                break;
            }
            var own = intent.stored().plus(LIFE);
            end = own.isAfter(end) ? own : end;
        }
        return end;
    }

    /** Whether nothing is stored under the name of a backup yet: whoever has put something there has taken names that it will need. */
    public boolean isFree(BackupId backup) {
        try (var objects = repository.store().list(backup.folder())) {
            return objects.findAny().isEmpty()
                    && repository.store().find(backup.manifestKey()).isEmpty();
        }
    }
}
