package io.holdfast.runbook.command;

import io.holdfast.runbook.action.Pause;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** A process that leads a group of its own, and all in it: kill(2), since the JDK ends single processes only. */
record ProcessGroup(Process leader) {

    static final Duration GRACE = Duration.ofSeconds(5);

    private static final Duration LOOK_AGAIN = Duration.ofMillis(20);
    private static final int SIGKILL = 9;
    private static final int SIGTERM = 15;
    private static final MethodHandle KILL = kill();

    // Called from nowhere else; the launcher enables native access.
    @SuppressWarnings("restricted")
    private static MethodHandle kill() {
        var linker = Linker.nativeLinker();
        return linker.downcallHandle(
                linker.defaultLookup().findOrThrow("kill"),
                FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
    }

    /** Asks all to end, and forces those that have not after a while, with what they have started outside of the group. */
    void end(Pause pause) throws InterruptedException {
        var started = leader.descendants().toList();
        try {
            signal(SIGTERM);
            var begun = System.nanoTime();
            while (isThere() && System.nanoTime() - begun < GRACE.toNanos()) {
                pause.pause(LOOK_AGAIN);
            }
        } finally {
            signal(SIGKILL);
            leader.destroyForcibly();
            started.forEach(ProcessHandle::destroyForcibly);
        }
        var _ = leader.waitFor(GRACE.toMillis(), TimeUnit.MILLISECONDS);
    }

    private boolean isThere() {
        return leader.isAlive() || signal(0);
    }

    /** Whether there was anyone to get it. */
    private boolean signal(int number) {
        try {
            return (int) KILL.invokeExact(-Math.toIntExact(leader.pid()), number) == 0;
        } catch (Throwable e) {
            throw new IllegalStateException("a system call could not be made", e);
        }
    }
}
