package io.holdfast.repository.manifest;

import io.holdfast.repository.pack.BackupId;
import io.holdfast.repository.store.ObjectKey;
import io.holdfast.repository.store.ObjectNumbers;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Says that a backup is being copied into this store: a keeper spares meanwhile what it needs, and its manifest counts although it is
 * stored here later than its own deadline. Section 18 of the format.
 *
 * @param reaches the backups whose packs it needs
 * @param whole whether all that it needs was there when this was written: only by such a note a manifest counts
 * @param at the store's time: a note that was brought here by a tool that copies objects was stored at another
 * @param by who copies, for people
 */
public record CopyNote(int version, BackupId backup, List<BackupId> reaches, boolean whole, Instant at, String by) {

    public static final int VERSION = 0;

    /** How long each counts, by the store's clock. */
    public static final Duration LIFE = Duration.ofHours(24);

    /** Stores round times, and give them to what becomes visible a moment later. */
    private static final Duration SLACK = Duration.ofHours(1);

    private static final String PREFIX = "copy-";
    private static final Pattern NAME = Pattern.compile("backup/[^/]+/" + PREFIX + "(?!00000000)[0-9]{8}");

    public CopyNote {
        reaches = reaches.stream().sorted(Comparator.comparing(BackupId::text)).toList();
    }

    public static ObjectKey key(BackupId backup, int number) {
        return backup.folder().child(PREFIX + ObjectNumbers.text(number));
    }

    public static boolean isOne(ObjectKey key) {
        return NAME.matcher(key.text()).matches();
    }

    /** Whether the name of an object begins as theirs do: all of them lie together. */
    static boolean mayBeAmong(ObjectKey key, BackupId backup) {
        return key.text().startsWith(before(backup).text());
    }

    /** Whether it lets a manifest count. */
    boolean provesWhole(BackupId other, Instant stored) {
        return whole
                && backup.equals(other)
                && Duration.between(at, stored).abs().compareTo(SLACK) <= 0;
    }

    /** The same with everything there. */
    public CopyNote whole(Instant now) {
        return new CopyNote(version, backup, reaches, true, now, by);
    }

    /** The same at another time. */
    public CopyNote again(Instant now) {
        return new CopyNote(version, backup, reaches, whole, now, by);
    }

    /** Every one of them comes after it in the order of keys. */
    public static ObjectKey before(BackupId backup) {
        return backup.folder().child(PREFIX);
    }
}
