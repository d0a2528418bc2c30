package io.holdfast.cli;

import io.holdfast.postgres.archive.MemberName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What this host calls itself, without asking any network. */
record HostName(String text) {

    static HostName ofThisHost() {
        try {
            return new HostName(
                    Files.readString(Path.of("/proc/sys/kernel/hostname")).strip());
        } catch (IOException _) {
            return new HostName("localhost");
        }
    }

    /** Up to the first dot, with '-' for what the name of a member cannot hold. */
    MemberName asMember() {
        var label = text.split("\\.", 2)[0].replaceAll("[^A-Za-z0-9_-]", "-");
        var cut = label.substring(0, Math.min(64, label.length()));
        return new MemberName(cut.isEmpty() ? "localhost" : cut);
    }
}
