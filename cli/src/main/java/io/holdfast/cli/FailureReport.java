package io.holdfast.cli;

import io.holdfast.problem.HoldfastException;
import io.holdfast.problem.ProblemKind;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.ParseResult;

/**
 * Says on stderr why a command stopped, and with which exit code: a {@link HoldfastException} in its own words, a file
 * that the machine refuses in the system's, everything else as a defect of Holdfast.
 */
final class FailureReport implements IExecutionExceptionHandler {

    private final RootCommand root;
    private final DefectLog defects;

    FailureReport(RootCommand root, DefectLog defects) {
        this.root = root;
        this.defects = defects;
    }

    @Override
    public int handleExecutionException(Exception problem, CommandLine command, ParseResult parsed) {
        return report(problem, formatOf(command), command.getErr());
    }

    int report(Throwable problem, OutputFormat format, PrintWriter err) {
        if (root.isDebug()) {
            problem.printStackTrace(err);
        }
        return describe(problem).print(format, err);
    }

    private Failure describe(Throwable problem) {
        if (problem instanceof HoldfastException known) {
            return new Failure(
                    known.code(),
                    String.valueOf(known.getMessage()),
                    known.hint(),
                    known.retryable(),
                    known.kind().exitCode());
        }
        return fileOf(problem).map(FailureReport::refusedFile).orElseGet(() -> defect(problem));
    }

    private static Optional<FileSystemException> fileOf(Throwable problem) {
        var cause = problem instanceof UncheckedIOException wrapper ? wrapper.getCause() : problem;
        return cause instanceof FileSystemException refusal ? Optional.of(refusal) : Optional.empty();
    }

    private static Failure refusedFile(FileSystemException refusal) {
        return new Failure(
                "environment.file",
                "cannot use '%s': %s".formatted(refusal.getFile(), reason(refusal)),
                "check that the path exists, that this user may use it, and that its disk has space",
                false,
                ProblemKind.ENVIRONMENT.exitCode());
    }

    /** What the system said, in words. */
    static String reason(FileSystemException refusal) {
        return switch (refusal) {
            case java.nio.file.AccessDeniedException _ -> "permission denied";
            case java.nio.file.NoSuchFileException _ -> "no such file or directory";
            case java.nio.file.FileAlreadyExistsException _ -> "it already exists";
            case java.nio.file.NotDirectoryException _ -> "not a directory";
            case java.nio.file.DirectoryNotEmptyException _ -> "the directory is not empty";
            default -> refusal.getReason() == null ? refusal.getClass().getSimpleName() : refusal.getReason();
        };
    }

    private Failure defect(Throwable problem) {
        var where = root.isDebug() ? "is above" : "is in " + defects.write(problem);
        return new Failure(
                "defect",
                "defect in holdfast: " + problem,
                "please report it; the stack trace %s".formatted(where),
                false,
                ProblemKind.DEFECT.exitCode());
    }

    private static OutputFormat formatOf(CommandLine command) {
        return command.getCommandSpec().mixins().values().stream()
                .map(mixin -> mixin.userObject())
                .filter(OutputOption.class::isInstance)
                .map(option -> ((OutputOption) option).format())
                .findFirst()
                .orElse(OutputFormat.TABLE);
    }
}
