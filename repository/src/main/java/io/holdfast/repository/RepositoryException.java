package io.holdfast.repository;

import io.holdfast.problem.HoldfastException;
import io.holdfast.problem.ProblemKind;

/** What was asked of a repository is refused in the state that it is in. Nothing was changed. */
public final class RepositoryException extends HoldfastException {

    private static final long serialVersionUID = 1;

    private final String code;
    private final ProblemKind kind;

    private RepositoryException(String code, ProblemKind kind, String message, String hint) {
        super(message, hint);
        this.code = code;
        this.kind = kind;
    }

    static RepositoryException invalidName(String name) {
        return new RepositoryException(
                "repository.invalid-name",
                ProblemKind.USAGE,
                "not a name for a repository: '%s'".formatted(name),
                "use letters, digits, '.', '_' and '-', at most 63, beginning with a letter or digit");
    }

    static RepositoryException alreadyInitialised(String location) {
        return new RepositoryException(
                "repository.exists",
                ProblemKind.REFUSED,
                "there is already a repository in " + location,
                "use it as it is, or name an empty place: a repository is never overwritten");
    }

    static RepositoryException notInitialised(String location) {
        return new RepositoryException(
                "repository.missing",
                ProblemKind.REFUSED,
                "there is no repository in " + location,
                "check the path, or make one with 'holdfast init'");
    }

    static RepositoryException rootChanged(String location) {
        return new RepositoryException(
                "repository.root-changed",
                ProblemKind.DAMAGED,
                "the root of the repository in %s was changed after it was made".formatted(location),
                "somebody altered the object 'repository': restore it from a copy, and find out who may write there");
    }

    @Override
    public String code() {
        return code;
    }

    @Override
    public ProblemKind kind() {
        return kind;
    }
}
