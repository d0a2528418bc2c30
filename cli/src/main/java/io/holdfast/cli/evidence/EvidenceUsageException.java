package io.holdfast.cli.evidence;

import io.holdfast.problem.HoldfastException;
import io.holdfast.problem.ProblemKind;
import java.nio.file.Files;
import java.nio.file.Path;

/** What was asked of the evidence makes no sense as written. Nothing was touched. */
final class EvidenceUsageException extends HoldfastException {

    private static final long serialVersionUID = 1;

    private final ProblemKind kind;

    private EvidenceUsageException(ProblemKind kind, String message, String hint) {
        super(message, hint);
        this.kind = kind;
    }

    static void requireAbsent(Path folder) {
        if (Files.exists(folder)) {
            throw new EvidenceUsageException(
                    ProblemKind.REFUSED,
                    "there is already something at '%s'".formatted(folder),
                    "name a folder that is not there");
        }
    }

    static EvidenceUsageException notAHead(String text) {
        return new EvidenceUsageException(
                ProblemKind.USAGE,
                "'%s' is not the hash of an entry".formatted(text),
                "give the 64 hexadecimal digits that 'holdfast evidence verify' and 'holdfast run' print");
    }

    static EvidenceUsageException notAnId(String text) {
        return new EvidenceUsageException(
                ProblemKind.USAGE,
                "'%s' is not the id of a repository".formatted(text),
                "give the one that 'holdfast info' shows in brackets behind the name of the repository");
    }

    static EvidenceUsageException nothingExported(Path folder) {
        return new EvidenceUsageException(
                ProblemKind.USAGE,
                "there is no exported evidence in '%s'".formatted(folder),
                "name the folder that was given to 'holdfast evidence export'");
    }

    @Override
    public String code() {
        return "evidence.usage";
    }

    @Override
    public ProblemKind kind() {
        return kind;
    }
}
