package io.holdfast.postgres.cluster;

import io.holdfast.embedded.UnprivilegedUser;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Starts a server that outlives this process, in a session of its own.
 *
 * @param bin the folder of PostgreSQL's programs
 * @param log what its output is appended to
 */
public record ServerLaunch(Path bin, Path directory, Path log, UnprivilegedUser user) {

    private static final String WITH_LOG = "umask 077; log=$1; shift; exec \"$@\" >> \"$log\" 2>&1";

    /**
     * Returns at once; the process is the postmaster.
     *
     * @param settings that override the configuration files, in this order
     */
    public Process start(Map<String, String> settings) {
        // The log is opened by the user who runs the server: whoever may write to the folder may have put a link there.
        var words = new ArrayList<>(List.of("setsid", "sh", "-c", WITH_LOG, "sh", log.toString()));
        words.addAll(List.of(bin.resolve("postgres").toString(), "-D", directory.toString()));
        // Whatever its configuration says: no other cluster than this.
        words.addAll(List.of("-c", "data_directory=" + directory));
        settings.forEach((name, value) -> words.addAll(List.of("-c", name + "=" + value)));
        var program = user.program(words)
                .redirectInput(Path.of("/dev/null").toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD);
        return user.start(program);
    }
}
