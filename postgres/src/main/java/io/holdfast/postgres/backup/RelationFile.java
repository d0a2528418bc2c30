package io.holdfast.postgres.backup;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What the name of a file of a relation says. Source: src/common/relpath.c and parse_filename_for_nontemp_relation in
 * src/backend/storage/file/reinit.c.
 *
 * @param fork empty for the main fork, else fsm, vm or init
 * @param segment 0 for the first gigabyte
 */
record RelationFile(String relation, String fork, int segment) {

    private static final Pattern NAME = Pattern.compile("([0-9]{1,10})(?:_(fsm|vm|init))?(?:\\.([0-9]{1,6}))?");
    private static final Pattern TEMPORARY = Pattern.compile("t[0-9]+_[0-9]+(?:_(?:fsm|vm|init))?(?:\\.[0-9]+)?");

    static Optional<RelationFile> of(String name) {
        var match = NAME.matcher(name);
        if (!match.matches()) {
            return Optional.empty();
        }
        var fork = match.group(2) == null ? "" : match.group(2);
        var segment = match.group(3) == null ? 0 : Integer.parseInt(match.group(3));
        return Optional.of(new RelationFile(match.group(1), fork, segment));
    }

    /** Whether it belongs to a temporary table, which no other session can ever read. */
    static boolean isTemporary(String name) {
        return TEMPORARY.matcher(name).matches();
    }

    /** Whether WAL summaries tell of every change to it. */
    boolean isTracked() {
        return fork.isEmpty() || fork.equals("init");
    }
}
