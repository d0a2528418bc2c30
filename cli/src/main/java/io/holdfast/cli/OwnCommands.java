package io.holdfast.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.function.Supplier;
import picocli.CommandLine;

/**
 * The commands of this floor. picocli reads the annotations of each command that it is given, by reflection: all of them take a tenth of a second
 * of a JVM that has just started, at every start, so a command line that begins with the name of a command gets that one only.
 */
final class OwnCommands {

    private static final SequencedMap<String, Supplier<Object>> BY_NAME = new LinkedHashMap<>();

    /** They say something of all others. */
    private static final SequencedMap<String, Supplier<Object>> OF_ALL = new LinkedHashMap<>();

    static {
        BY_NAME.put("init", InitCommand::new);
        BY_NAME.put("check", CheckCommand::new);
        BY_NAME.put("backup", BackupCommand::new);
        BY_NAME.put("capture", CaptureCommand::new);
        BY_NAME.put("info", InfoCommand::new);
        BY_NAME.put("status", StatusCommand::new);
        BY_NAME.put("protect", ProtectCommand::new);
        BY_NAME.put("expire", ExpireCommand::new);
        BY_NAME.put("hold", HoldCommand::new);
        BY_NAME.put("copy", CopyCommand::new);
        BY_NAME.put("mirror", MirrorCommand::new);
        BY_NAME.put("verify", VerifyCommand::new);
        BY_NAME.put("upgrade", UpgradeCommand::new);
        BY_NAME.put("restore", RestoreCommand::new);
        BY_NAME.put("restore-prefetch", RestorePrefetchCommand::new);
        BY_NAME.put("run", RunCommand::new);
        BY_NAME.put("runs", RunsCommand::new);
        BY_NAME.put("serve", ServeCommand::new);
        BY_NAME.put("key", KeyCommand::new);
        BY_NAME.put("config", ConfigCommand::new);
        OF_ALL.put("completion", CompletionCommand::new);
        OF_ALL.put("man", ManCommand::new);
        OF_ALL.put("help", HelpCommand::new);
    }

    private OwnCommands() {}

    /** Whether these arguments are for one of our commands, and need no other. */
    static boolean isForOne(String... arguments) {
        return arguments.length > 0 && BY_NAME.containsKey(arguments[0]);
    }

    /** Of those that can be alone. */
    static List<String> names() {
        return List.copyOf(BY_NAME.keySet());
    }

    /** Adds the one that these arguments are for. */
    static void addOneTo(CommandLine commandLine, String... arguments) {
        var name = arguments[0];
        add(commandLine, Map.of(name, Objects.requireNonNull(BY_NAME.get(name))));
    }

    static void addAllTo(CommandLine commandLine) {
        add(commandLine, BY_NAME);
        add(commandLine, OF_ALL);
    }

    /** They name themselves: a name that differs from ours would never be found. */
    private static void add(CommandLine commandLine, Map<String, Supplier<Object>> commands) {
        commands.forEach((name, make) -> {
            var command = new CommandLine(make.get());
            if (!command.getCommandName().equals(name)) {
                throw new IllegalStateException("'%s' calls itself '%s'".formatted(name, command.getCommandName()));
            }
            commandLine.addSubcommand(command);
        });
    }
}
