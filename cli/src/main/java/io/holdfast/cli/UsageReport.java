package io.holdfast.cli;

import io.holdfast.plan.yaml.NearestName;
import io.holdfast.problem.ProblemKind;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Says on stderr what is wrong with the arguments, and names the nearest command or option that exists. */
final class UsageReport implements IParameterExceptionHandler {

    /** How picocli lists the constants of an enum, which are written in lower case here. */
    private static final Pattern CHOICES = Pattern.compile("(\\[[A-Z, ]+\\]) \\(case-insensitive\\)");

    @Override
    public int handleParseException(ParameterException problem, String[] arguments) {
        var command = problem.getCommandLine();
        return new Failure("usage", message(problem), hint(problem), false, ProblemKind.USAGE.exitCode())
                .print(OutputFormat.TABLE, command.getErr());
    }

    private static String hint(ParameterException problem) {
        var help = "run '%s --help'"
                .formatted(problem.getCommandLine().getCommandSpec().qualifiedName());
        return nearest(problem)
                .map(name -> "did you mean '%s'? Otherwise %s".formatted(name, help))
                .orElse(help);
    }

    /** Of the library's suggestions, which are generous, the one that is really near. */
    private static Optional<String> nearest(ParameterException problem) {
        return problem instanceof UnmatchedArgumentException unmatched
                ? NearestName.of(unmatched.getUnmatched().getFirst(), unmatched.getSuggestions())
                : Optional.empty();
    }

    private static String message(ParameterException problem) {
        if (problem instanceof UnmatchedArgumentException unmatched) {
            return what(unmatched).formatted(unmatched.getUnmatched().getFirst());
        }
        return CHOICES.matcher(lowerCase(firstLine(problem)))
                .replaceFirst(choices -> choices.group(1).toLowerCase(Locale.ROOT));
    }

    private static String what(UnmatchedArgumentException unmatched) {
        if (unmatched.isUnknownOption()) {
            return "unknown option: '%s'";
        }
        var takesCommands = !unmatched.getCommandLine().getSubcommands().isEmpty();
        return takesCommands ? "no such command: '%s'" : "unexpected argument: '%s'";
    }

    private static String firstLine(ParameterException problem) {
        return String.valueOf(problem.getMessage()).lines().findFirst().orElse("the arguments make no sense");
    }

    /** Our messages begin in lower case; those of the parsing library do not. */
    private static String lowerCase(String message) {
        return message.isEmpty() ? message : Character.toLowerCase(message.charAt(0)) + message.substring(1);
    }
}
