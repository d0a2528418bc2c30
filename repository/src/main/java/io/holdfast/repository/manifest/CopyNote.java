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
 * @param by who copies, for people
 * @param begun by the clock of that host, for people
 */
public record CopyNote(int version, BackupId backup, List<BackupId> reaches, String by, Instant begun) {

    public static final int VERSION = 0;

    /** How long each counts, by the store's clock. */
    public static final Duration LIFE = Duration.ofHours(24);

    private static final String PREFIX = "copy-";
    private static final Pattern NAME = Pattern.compile("backup/[^/]+/" + PREFIX + "[0-9]{8}");

    public CopyNote {
        reaches = reaches.stream().sorted(Comparator.comparing(BackupId::text)).toList();
    }

    public static ObjectKey key(BackupId backup, int number) {
        return backup.folder().child(PREFIX + ObjectNumbers.text(number));
    }

    public static boolean isOne(ObjectKey key) {
        return NAME.matcher(key.text()).matches();
    }

    /** Every one of them comes after it in the order of keys. */
    public static ObjectKey before(BackupId backup) {
        return backup.folder().child(PREFIX);
    }
}
