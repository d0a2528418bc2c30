package io.holdfast.repository.pack;

import io.holdfast.repository.store.ObjectKey;
import java.util.Arrays;
import java.util.Optional;

/**
 * Which pack.
 *
 * @param backup the backup that wrote it
 * @param number counted from 1 within its backup and kind
 */
public record PackId(BackupId backup, Kind kind, int number) {

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

    public ObjectKey key() {
        return backup.folder()
                .child(switch (kind) {
                            case DATA -> "data-";
                            case MAP -> "map-";
                        }
                        + "%08d".formatted(number));
    }
}
