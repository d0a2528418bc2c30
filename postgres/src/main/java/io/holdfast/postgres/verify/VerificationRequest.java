package io.holdfast.postgres.verify;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.IntFunction;

/**
 * How to verify a backup.
 *
 * @param programs gives the folder of PostgreSQL's programs of a major version, or throws
 * @param folder in which the sandbox is made
 * @param keep the sandbox, with its server stopped, instead of removing it
 * @param jobs files that are copied, or looked at, at once
 * @param without what is not asked
 * @param roles by which the server is entered first, to find a superuser; the first that exists counts
 * @param by who does it, for people
 */
public record VerificationRequest(
        Proof.Target target,
        IntFunction<Path> programs,
        Path folder,
        boolean keep,
        int jobs,
        Set<CheckKind> without,
        List<ProofQuery> queries,
        List<String> roles,
        String by) {

    /** What can be left out: the rest is what a restore is. */
    public static final Set<CheckKind> OPTIONAL = Set.of(CheckKind.INDEXES, CheckKind.TABLES, CheckKind.PAGES);

    public VerificationRequest {
        folder = folder.toAbsolutePath().normalize();
        without = Set.copyOf(without);
        queries = List.copyOf(queries);
        roles = List.copyOf(roles);
        if (!OPTIONAL.containsAll(without)) {
            throw new IllegalArgumentException("not without %s".formatted(without));
        }
    }

    boolean asks(CheckKind kind) {
        return kind == CheckKind.QUERIES ? !queries.isEmpty() : !without.contains(kind);
    }
}
