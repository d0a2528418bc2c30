package io.holdfast.cli;

import io.holdfast.repository.retention.Hold;
import java.time.Instant;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code holdfast hold}: keeps backups from being removed. */
@Command(
        name = "hold",
        description = {
            "Keep a backup, and WAL that follows it, from being removed by 'holdfast expire', for a reason and perhaps a time.",
            "A restore holds what it reads by itself."
        },
        subcommands = {HoldAddCommand.class, HoldListCommand.class, HoldReleaseCommand.class},
        synopsisSubcommandLabel = "COMMAND",
        footer = {
            "",
            "Examples:",
            "  holdfast hold add 20260115-020000F --reason 'audit 2026' --for 400d",
            "  holdfast hold list",
            "  holdfast hold release 3"
        })
final class HoldCommand implements Runnable {

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "no command given");
    }

    /** Who says it, for people. */
    static String author() {
        return System.getProperty("user.name") + "@" + HostName.ofThisHost().text();
    }

    /** A hold as results show it. */
    record Entry(
            int number,
            Optional<String> backup,
            Optional<String> wal,
            String reason,
            String by,
            Instant placed,
            Optional<Instant> ends,
            boolean inForce) {

        static Entry of(Hold hold, Instant now) {
            return new Entry(
                    hold.number(),
                    hold.backup().map(Object::toString),
                    io.holdfast.postgres.retention.HeldWal.of(hold).map(Object::toString),
                    hold.reason(),
                    hold.by(),
                    hold.placed(),
                    hold.ends(),
                    hold.isInForce(now));
        }

        String describe() {
            return "hold %d on %s, %s"
                    .formatted(
                            number,
                            backup.orElseGet(() -> wal.orElse("nothing")),
                            ends.map(end -> (inForce ? "until " : "ended ") + Times.of(end))
                                    .orElse("until it is released"));
        }
    }
}
