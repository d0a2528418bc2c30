package io.holdfast.embedded;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How {@code initdb} makes a new cluster; its superuser is {@code postgres}, its encoding UTF-8. Sessions over the
 * socket, whose folder only the server's user and root can enter, need no password.
 *
 * @param password of the superuser, asked for over TCP; empty: TCP sessions from this host need none either
 * @param dataChecksums whether pages carry checksums
 * @param walSegmentMegabytes a power of two from 1 to 1024
 * @param locale one that the system knows, such as {@code C} or {@code en_US.UTF-8}
 * @param durable whether the new files are forced to disk
 */
public record InitOptions(
        Optional<String> password, boolean dataChecksums, int walSegmentMegabytes, String locale, boolean durable) {

    /** Data checksums, segments of 16 MiB, locale C, forced to disk, and a password over TCP. */
    public static InitOptions withPassword(String password) {
        return new InitOptions(Optional.of(password), true, 16, "C", true);
    }

    /** The same for tests: no password, nothing forced to disk. Every user of this host can then be superuser in it. */
    public static InitOptions forTests() {
        return new InitOptions(Optional.empty(), true, 16, "C", false);
    }

    public InitOptions withDataChecksums(boolean wanted) {
        return new InitOptions(password, wanted, walSegmentMegabytes, locale, durable);
    }

    public InitOptions withWalSegmentMegabytes(int megabytes) {
        return new InitOptions(password, dataChecksums, megabytes, locale, durable);
    }

    public InitOptions withLocale(String wanted) {
        return new InitOptions(password, dataChecksums, walSegmentMegabytes, wanted, durable);
    }

    /** The arguments of {@code initdb} but for the folder and the password. */
    List<String> arguments(int major) {
        var arguments = new ArrayList<>(List.of(
                "--username=postgres",
                "--encoding=UTF8",
                "--locale=" + locale,
                "--lc-messages=C",
                "--wal-segsize=" + walSegmentMegabytes,
                "--auth-local=trust",
                "--auth-host=" + (password.isPresent() ? "scram-sha-256" : "trust")));
        if (dataChecksums) {
            arguments.add("--data-checksums");
        } else if (major >= 18) {
            arguments.add("--no-data-checksums");
        }
        if (!durable) {
            arguments.add("--no-sync");
        }
        return arguments;
    }

    @Override
    public String toString() {
        return "InitOptions[password=%s, dataChecksums=%s, walSegmentMegabytes=%d, locale=%s, durable=%s]"
                .formatted(
                        password.isPresent() ? "[REDACTED]" : "none",
                        dataChecksums,
                        walSegmentMegabytes,
                        locale,
                        durable);
    }
}
