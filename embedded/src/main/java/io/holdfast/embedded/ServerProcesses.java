package io.holdfast.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The processes of a server, found as the system sees them: they run its program in its data directory, which every
 * one of them makes its working directory.
 *
 * @param program its real path, or only its name
 */
public record ServerProcesses(Path program, Path dataDirectory) {

    /** Of whatever {@code postgres} runs in a data directory, which is given by its real path. */
    public static ServerProcesses in(Path dataDirectory) {
        return new ServerProcesses(Path.of("postgres"), dataDirectory);
    }

    /** The processes there are now. */
    List<ProcessHandle> find() {
        return ProcessHandle.allProcesses().filter(this::isOurs).toList();
    }

    /** Kills all there are, and what they have started, until none is left. */
    public void kill() {
        find().forEach(this::kill);
    }

    /**
     * Kills the postmaster first, so that it starts nothing anew, then all it has started, including the commands that
     * its children run, until none is left.
     */
    void kill(ProcessHandle postmaster) {
        var descendants = postmaster.descendants().toList();
        Stream.concat(Stream.of(postmaster), descendants.stream()).forEach(ServerProcesses::killAndAwait);
        for (var left = find(); !left.isEmpty(); left = find()) {
            left.forEach(ServerProcesses::killAndAwait);
        }
    }

    /** Waits a moment only: what the first process of a container does not reap never goes away. */
    private static void killAndAwait(ProcessHandle process) {
        process.destroyForcibly();
        process.onExit().completeOnTimeout(process, 200, TimeUnit.MILLISECONDS).join();
    }

    private boolean isOurs(ProcessHandle process) {
        var proc = Path.of("/proc", Long.toString(process.pid()));
        try {
            return Files.readSymbolicLink(proc.resolve("exe")).endsWith(program)
                    && isDataDirectory(Files.readSymbolicLink(proc.resolve("cwd")));
        } catch (IOException | SecurityException _) {
            return false;
        }
    }

    private boolean isDataDirectory(Path folder) {
        return folder.equals(dataDirectory) || folder.toString().equals(dataDirectory + " (deleted)");
    }
}
