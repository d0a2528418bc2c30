package io.holdfast.postgres.backup;

import io.holdfast.postgres.wal.summary.ForkId;
import io.holdfast.postgres.wal.summary.RelationFork;
import java.util.Optional;
import java.util.regex.Pattern;

/** Tells from where a file is which relation it belongs to. Source: GetRelationPath in src/common/relpath.c. */
final class RelationPath {

    private static final Pattern DEFAULT = Pattern.compile("data/base/([0-9]{1,10})/[^/]+");
    private static final Pattern GLOBAL = Pattern.compile("data/global/[^/]+");
    private static final Pattern TABLESPACE =
            Pattern.compile("(?:data/pg_tblspc|tablespace)/([0-9]{1,10})/PG_[^/]+/([0-9]{1,10})/[^/]+");

    private RelationPath() {}

    /** Empty for a file that is no relation's: also a name may be too large a number. */
    static Optional<ForkId> of(SourceFile source) {
        return source.relation()
                .filter(relation -> isOid(relation.relation()))
                .flatMap(relation -> of(source.path().text(), relation));
    }

    /** The same of a path in a backup. */
    static Optional<ForkId> of(String path) {
        return RelationFile.of(path.substring(path.lastIndexOf('/') + 1))
                .filter(relation -> isOid(relation.relation()))
                .flatMap(relation -> of(path, relation));
    }

    private static boolean isOid(String digits) {
        return Long.parseLong(digits) <= 0xFFFF_FFFFL;
    }

    private static Optional<ForkId> of(String path, RelationFile relation) {
        long number = Long.parseLong(relation.relation());
        var fork = RelationFork.ofSuffix(relation.fork()).orElseThrow();
        if (GLOBAL.matcher(path).matches()) {
            return Optional.of(new ForkId(ForkId.GLOBAL_TABLESPACE, 0, number, fork));
        }
        var inDefault = DEFAULT.matcher(path);
        if (inDefault.matches()) {
            long database = Long.parseLong(inDefault.group(1));
            return isOid(inDefault.group(1))
                    ? Optional.of(new ForkId(ForkId.DEFAULT_TABLESPACE, database, number, fork))
                    : Optional.empty();
        }
        var elsewhere = TABLESPACE.matcher(path);
        return elsewhere.matches() && isOid(elsewhere.group(1)) && isOid(elsewhere.group(2))
                ? Optional.of(new ForkId(
                        Long.parseLong(elsewhere.group(1)), Long.parseLong(elsewhere.group(2)), number, fork))
                : Optional.empty();
    }
}
