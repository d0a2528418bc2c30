package io.holdfast.postgres.action;

import io.holdfast.runbook.action.Call;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.stream.Collectors;

/**
 * Tells what one step of one run has made, in the comment of a database: a line of its own beside what people wrote.
 *
 * @param line for example {@code [holdfast swap 3f2a...]}
 */
record Mark(String line) {

    private static final String BEGIN = "[holdfast ";

    static Mark of(String work, Call call) {
        return new Mark("%s%s %s]".formatted(BEGIN, work, digest(call.id())));
    }

    /** The same for the same step, whatever is in its id. */
    static String digest(String id) {
        try {
            var digest = MessageDigest.getInstance("SHA-256").digest(id.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    boolean isIn(String comment) {
        return comment.lines().anyMatch(line::equals);
    }

    /** A comment with this mark in the place of older ones. */
    String addedTo(String comment) {
        var rest = withoutAny(comment);
        return rest.isEmpty() ? line : rest + "\n" + line;
    }

    /** What people wrote. */
    static String withoutAny(String comment) {
        return comment.lines().filter(line -> !line.startsWith(BEGIN)).collect(Collectors.joining("\n"));
    }
}
