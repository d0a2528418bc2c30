package io.holdfast.plan.action;

import static io.holdfast.plan.action.Input.optional;
import static io.holdfast.plan.action.Input.optionalTarget;
import static io.holdfast.plan.action.Input.required;

import java.util.List;
import java.util.stream.Stream;

/** Actions that run a program of this host. */
public final class CommandActions {

    private static final String DOCUMENTATION = """
            No shell reads the words: `;`, `$(...)`, quotes and stars are letters like others. A script that needs a shell
            says so: `[/bin/sh, /opt/dr/switch.sh, "${steps.restore.port}"]`.

            The program sees `PATH`, `LANG`, `TZ` and `HOME` of the engine, what `inherit` lists, `environment` and
            `secret-environment`, and nothing else. It has no input. The process and everything it started in its own
            process group are ended when the time is up or the run is canceled: first asked, five seconds later forced. An
            exit code of 75 says that another attempt may help.""";

    private static final List<Input> INPUTS = List.of(
            required("argv", ValueType.LIST, "The program and its arguments, one word each."),
            optional("directory", ValueType.TEXT, "Where it runs, an absolute path; without it, `/`."),
            optional("environment", ValueType.MAP, "Variables that it sees."),
            optional("secret-environment", ValueType.SECRETS, "Variables that hold secrets; redacted in its output."),
            optional("inherit", ValueType.LIST, "Variables of the engine that it may see too."),
            optional("exit-codes", ValueType.LIST, "What it may end with; without it, `0`."),
            optional("timeout", ValueType.DURATION, "For the program; without it, that of the step."),
            optional("output-limit", ValueType.INTEGER, "How many bytes of its output are kept; without it, `65536`."));

    private static final List<Output> OUTPUTS = List.of(
            new Output("exit-code", ValueType.INTEGER, "What it ended with."),
            new Output("stdout", ValueType.TEXT, "What it wrote to standard output, without the last line end."),
            new Output("truncated", ValueType.BOOLEAN, "Whether some of its output was left out."));

    public static final ActionDescriptor COMMAND = new ActionDescriptor(
            "command",
            "Runs a program.",
            ActionKind.ONCE,
            Effect.CHANGES,
            Stream.concat(
                            INPUTS.stream(),
                            Stream.of(
                                    optionalTarget("target", "What the program changes, in the words of other steps."),
                                    optional(
                                            "probe",
                                            ValueType.LIST,
                                            "A program that only looks: it ends with 0 where the work is done already, with 1"
                                                    + " where it is not, and with anything else when it cannot tell.")))
                    .toList(),
            OUTPUTS,
            DOCUMENTATION
                    + "\n\nAfter a crash nobody can know whether a program did its work. A `probe` that says so settles it; where it does"
                    + " not, and without one, the step waits for a person: what the dead engine started may still be at work.");

    public static final ActionDescriptor COMMAND_CHECK = new ActionDescriptor(
            "command.check",
            "Runs a program that only looks, and holds what it says against what is expected.",
            ActionKind.IDEMPOTENT,
            Effect.READS,
            Stream.concat(
                            INPUTS.stream(),
                            Stream.of(
                                    optionalTarget("target", "What the program looks at, in the words of other steps."),
                                    optional(
                                            "stdout-equals",
                                            ValueType.TEXT,
                                            "What it must write, without the last line end."),
                                    optional(
                                            "stdout-contains",
                                            ValueType.TEXT,
                                            "A text that must stand in what it writes."),
                                    optional(
                                            "within",
                                            ValueType.DURATION,
                                            "Run it again until it holds, for at most this long; without it, once."),
                                    optional(
                                            "every",
                                            ValueType.DURATION,
                                            "How long to wait between two runs; without it, `2s`.")))
                    .toList(),
            Stream.concat(OUTPUTS.stream(), CheckActions.LOOKS.stream()).toList(),
            DOCUMENTATION
                    + "\n\nThat it only looks is a promise of the plan; whoever writes it answers for it. For gates and"
                    + " verifications.");

    public static final List<ActionDescriptor> ALL = List.of(COMMAND, COMMAND_CHECK);

    private CommandActions() {}
}
