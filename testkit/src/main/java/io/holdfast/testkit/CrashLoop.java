package io.holdfast.testkit;

import java.util.function.BiConsumer;
import java.util.function.Supplier;

/**
 * Runs a scenario again and again on new disks, stopping the machine in its first operation, then in its second, and so
 * on until the scenario ends by itself; each time it restarts on what is left and checks what must hold.
 *
 * @param <W> the witness: what the scenario was promised before it was interrupted, for example commits that returned
 */
public final class CrashLoop<W> {

    /** How the machine stops. */
    public enum Interruption {
        POWER_CUT,
        KILL;

        private void strike(PowerFailureDisk disk) {
            switch (this) {
                case POWER_CUT -> disk.powerCut();
                case KILL -> disk.kill();
            }
        }
    }

    private final Supplier<PowerFailureDisk> disks;
    private final Supplier<W> witnesses;
    private long stride = 1;

    /** Each turn begins with a new disk and a new witness. */
    public CrashLoop(Supplier<PowerFailureDisk> disks, Supplier<W> witnesses) {
        this.disks = disks;
        this.witnesses = witnesses;
    }

    /** Interrupts only the first of every so many operations, where all of them would take too long. */
    public CrashLoop<W> withStride(long operations) {
        stride = operations;
        return this;
    }

    /**
     * The last turn strikes after the end of the scenario, since what it was promised must outlive that too.
     *
     * @param invariants run after each restart; may go on using the disk
     * @return the number of the last operation in which the scenario was interrupted
     */
    public long run(
            Interruption interruption,
            BiConsumer<PowerFailureDisk, W> scenario,
            BiConsumer<PowerFailureDisk, W> invariants) {
        for (var n = 1L; ; n += stride) {
            var disk = disks.get().failAt(n);
            var witness = witnesses.get();
            var where = interruptedIn(scenario, disk, witness);
            var completed = !disk.stopped();
            interruption.strike(disk);
            try {
                invariants.accept(disk, witness);
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("after %s in operation %d (%s)".formatted(interruption, n, where), e);
            }
            if (completed) {
                return n - 1;
            }
        }
    }

    private static <W> String interruptedIn(
            BiConsumer<PowerFailureDisk, W> scenario, PowerFailureDisk disk, W witness) {
        try {
            scenario.accept(disk, witness);
            return "the end";
        } catch (RuntimeException e) {
            if (!disk.stopped()) {
                throw e;
            }
            return String.valueOf(e.getMessage());
        }
    }
}
