package io.holdfast.repository.pack;

import io.holdfast.repository.store.ObjectKey;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Which pack.
 *
 * @param backup the backup that wrote it
 * @param number counted from 1 within its backup and kind
 */
public record PackId(BackupId backup, Kind kind, int number) {

    private static final Pattern NAME =
            Pattern.compile("backup/(?<backup>[^/]+)/(?<kind>data|map)-(?<number>[0-9]{8})");

    /** Names have eight digits. */
    private static final int MOST = 99_999_999;

    public PackId {
        if (number < 1 || number > MOST) {
            throw new IllegalArgumentException("not the number of a pack: " + number);
        }
    }

    /** Data and what describes them are kept apart, so that a catalogue is read without reading data. */
    public enum Kind {
        DATA(0),
        MAP(1);

        private final int number;

        Kind(int number) {
            this.number = number;
        }

        /** As written in pack tables. */
        public int number() {
            return number;
        }

        public static Optional<Kind> ofNumber(int number) {
            return Arrays.stream(values()).filter(kind -> kind.number == number).findFirst();
        }
    }

    /** The pack of this name; empty if it is no pack's. */
    public static Optional<PackId> of(ObjectKey key) {
        var name = NAME.matcher(key.text());
        if (!name.matches() || !BackupId.isValid(name.group("backup"))) {
            return Optional.empty();
        }
        int number = Integer.parseInt(name.group("number"));
        var kind = name.group("kind").equals("data") ? Kind.DATA : Kind.MAP;
        return number == 0
                ? Optional.empty()
                : Optional.of(new PackId(new BackupId(name.group("backup")), kind, number));
    }

    public ObjectKey key() {
        return backup.folder()
                .child(switch (kind) {
                            case DATA -> "data-";
                            case MAP -> "map-";
                        }
                        + "%08d".formatted(number));
    }
}
