package io.holdfast.runbook.state;

import io.holdfast.runbook.journal.Transactions;
import java.nio.file.Path;

/** A process that opens a state directory, reads in it and closes it again, several times. */
final class StateUser {

    private StateUser() {}

    /** Does it; {@code arguments} are the directory, and how often. */
    public static void main(String[] arguments) {
        var folder = new StateLocation.Folder(Path.of(arguments[0]));
        for (int round = 0; round < Integer.parseInt(arguments[1]); round++) {
            try (var database = StateDatabase.open(folder)) {
                new Transactions(database.source())
                        .once(handle -> handle.createQuery("select count(*) from run")
                                .mapTo(Long.class)
                                .one());
            }
        }
    }
}
