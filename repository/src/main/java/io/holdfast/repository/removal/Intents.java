package io.holdfast.repository.removal;

import io.holdfast.repository.Repository;
import io.holdfast.repository.frame.Reading;
import io.holdfast.repository.frame.Unreadable;
import io.holdfast.repository.manifest.CopyNote;
import io.holdfast.repository.pack.BackupId;
import io.holdfast.repository.pack.PackId;
import io.holdfast.repository.store.ObjectKey;
import io.holdfast.repository.store.ObjectMissingException;
import io.holdfast.repository.store.ObjectNumbers;
import io.holdfast.repository.store.StoredObject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Backups that are being taken, or were begun and left. Thread-safe. */
public final class Intents {

    /** How long one lives, by the store's clock, unless it is prolonged. */
    public static final Duration LIFE = Duration.ofHours(24);

    /** A keeper reckons with so much more: stores round times, and give them to what becomes visible a moment later. */
    static final Duration SLACK = Duration.ofHours(1);

    private static final Pattern NAME = Pattern.compile("backup/([^/]+)/(intent|copy)-([0-9]{8})");

    private final Repository repository;

    public Intents(Repository repository) {
        this.repository = repository;
    }

    /**
     * A backup that may still be going to be committed.
     *
     * @param parent whatever it reaches is needed
     * @param reaches backups whose packs are needed
     * @param since when its intent was stored
     */
    public record Living(BackupId backup, Optional<BackupId> parent, Set<BackupId> reaches, Instant since) {
        public Living {
            reaches = Set.copyOf(reaches);
        }

        private static Living of(Intent intent, Instant since) {
            return new Living(intent.backup(), intent.parent(), Set.of(), since);
        }

        private static Living of(CopyNote note, Instant since) {
            return new Living(note.backup(), Optional.empty(), Set.copyOf(note.reaches()), since);
        }
    }

    /**
     * Takes a name for a backup.
     *
     * @throws io.holdfast.repository.store.ObjectExistsException if another backup has it
     */
    public OpenIntent open(BackupId backup, Optional<BackupId> parent, String member, Instant begun) {
        return OpenIntent.write(repository, new Intent(backup, parent, member, begun));
    }

    /**
     * Says that a backup is going to be copied into this repository.
     *
     * @param reaches the backups whose packs it needs
     * @param by who copies, for people
     */
    public OpenCopy openCopy(BackupId backup, Set<BackupId> reaches, String by) {
        var now = repository.store().now();
        return OpenCopy.write(repository, new CopyNote(CopyNote.VERSION, backup, List.copyOf(reaches), false, now, by));
    }

    /** Backups that a keeper is going to remove: nothing must be built upon them. */
    public Set<BackupId> condemned() {
        return CondemnLists.read(repository).all().stream()
                .flatMap(list -> list.content().stream())
                .filter(key -> key.text().startsWith("manifest/") && BackupId.isValid(key.name()))
                .map(key -> new BackupId(key.name()))
                .collect(Collectors.toSet());
    }

    /** All that a keeper is going to remove, or has removed in the last day: it is not wanted here. The newest list stays for longer. */
    public Set<ObjectKey> unwanted() {
        var now = repository.store().now();
        return CondemnLists.read(repository).all().stream()
                .filter(list -> !list.isForgotten(now))
                .flatMap(list -> list.content().stream())
                .collect(Collectors.toSet());
    }

    /** All that a keeper is going to remove. */
    public Set<ObjectKey> announced() {
        return CondemnLists.read(repository).all().stream()
                .filter(list -> list.done().isEmpty())
                .flatMap(list -> list.content().stream())
                .collect(Collectors.toSet());
    }

    static ObjectKey key(BackupId backup, int number) {
        return backup.folder().child("intent-" + ObjectNumbers.text(number));
    }

    /** Whether it keeps the name of a backup taken: its intent, or the note of a copy. */
    static boolean isOne(ObjectKey key) {
        return NAME.matcher(key.text()).matches();
    }

    /**
     * What a keeper must reckon with.
     *
     * @param unreadable of backups that may be alive, and that nothing is known of, by backup
     * @param packs that were there
     */
    record Found(List<Living> living, Map<BackupId, Unreadable> unreadable, Set<PackId> packs) {}

    Found living(Instant now) {
        var intents = new HashMap<BackupId, List<StoredObject>>();
        var notes = new HashMap<BackupId, List<StoredObject>>();
        var packs = new HashSet<PackId>();
        try (var found = repository.store().list(ObjectKey.of("backup"))) {
            found.forEach(object -> {
                PackId.of(object.key()).ifPresent(packs::add);
                var name = NAME.matcher(object.key().text());
                if (name.matches() && BackupId.isValid(name.group(1)) && Integer.parseInt(name.group(3)) > 0) {
                    (name.group(2).equals("intent") ? intents : notes)
                            .computeIfAbsent(new BackupId(name.group(1)), _ -> new ArrayList<>())
                            .add(object);
                }
            });
        }
        var living = new ArrayList<Living>();
        var unreadable = new HashMap<BackupId, Unreadable>();
        intents.forEach((backup, objects) -> {
            if (!end(objects).plus(SLACK).isBefore(now)) {
                read(objects, this::readIntent).ifPresent(reading -> sort(backup, reading, living, unreadable));
            }
        });
        notes.forEach((backup, objects) -> {
            var alive = objects.stream()
                    .filter(note ->
                            !note.stored().plus(CopyNote.LIFE).plus(SLACK).isBefore(now))
                    .toList();
            read(alive, this::readNote).ifPresent(reading -> sort(backup, reading, living, unreadable));
        });
        return new Found(living, unreadable, packs);
    }

    private static void sort(
            BackupId backup, Reading<Living> reading, List<Living> living, Map<BackupId, Unreadable> unreadable) {
        switch (reading) {
            case Reading.Sound<Living>(var found) -> living.add(found);
            case Reading.Unsound<Living>(var found) -> unreadable.putIfAbsent(backup, found);
        }
    }

    private Living readIntent(ObjectKey key, Instant since) {
        return Living.of(repository.objects().readDocument(key, Intent.class), since);
    }

    private Living readNote(ObjectKey key, Instant since) {
        return Living.of(repository.objects().readDocument(key, CopyNote.class, CopyNote.VERSION), since);
    }

    /**
     * All of one kind and backup say the same: the first that can be read will do. If none can, the first that cannot; nothing, where
     * another keeper has removed them.
     */
    private Optional<Reading<Living>> read(List<StoredObject> objects, BiFunction<ObjectKey, Instant, Living> reader) {
        var since = objects.stream().map(StoredObject::stored).min(Comparator.naturalOrder());
        var unsound = Optional.<Reading<Living>>empty();
        for (var object :
                objects.stream().sorted(Comparator.comparing(StoredObject::key)).toList()) {
            try {
                var key = object.key();
                var reading = repository.objects().attempt(key, () -> reader.apply(key, since.orElseThrow()));
                if (reading instanceof Reading.Sound<Living>) {
                    return Optional.of(reading);
                }
                unsound = unsound.or(() -> Optional.of(reading));
            } catch (ObjectMissingException _) {
                // Another keeper has removed it: it is not alive.
            }
        }
        return unsound;
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
