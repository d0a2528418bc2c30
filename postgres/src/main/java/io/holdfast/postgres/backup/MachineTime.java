package io.holdfast.postgres.backup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * How long a machine had run, and what a clock said at that moment. A machine that is set back with its memory does not notice, but has
 * run for less time than has passed; one that was halted for a while looks the same. Linux only.
 *
 * <p>Source: man 5 proc_uptime, man 4 random (boot_id).
 *
 * @param boot another at each start of the machine
 * @param runMillis since that start
 * @param clock the store's, which is not set back with the machine unless they are the same
 */
public record MachineTime(String boot, long runMillis, Instant clock) {

    /** By so much clocks drift or are corrected. */
    private static final Duration SLACK = Duration.ofMinutes(1);

    /** Empty where the system does not tell. */
    static Optional<MachineTime> read(Instant clock) {
        try {
            var boot =
                    Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip();
            var run = Files.readString(Path.of("/proc/uptime")).split(" ", 2)[0];
            return Optional.of(new MachineTime(boot, Math.round(Double.parseDouble(run) * 1000), clock));
        } catch (IOException | NumberFormatException _) {
            return Optional.empty();
        }
    }

    /** Whether the machine has run without a break since then. */
    boolean follows(MachineTime before) {
        var run = Duration.ofMillis(runMillis - before.runMillis);
        var passed = Duration.between(before.clock, clock);
        return boot.equals(before.boot)
                && !run.isNegative()
                && passed.minus(run).abs().compareTo(SLACK) < 0;
    }
}
