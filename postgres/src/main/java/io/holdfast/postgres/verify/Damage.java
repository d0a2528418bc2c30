package io.holdfast.postgres.verify;

import io.holdfast.postgres.cluster.ServerException;
import java.util.Set;
import java.util.regex.Pattern;

/** Tells damage from other trouble, by what the server says. Source: src/backend/utils/errcodes.txt. */
final class Damage {

    /** In {@code log_line_prefix}: process, then SQLSTATE. */
    static final String LOG_LINE_PREFIX = "%m [%p] %e ";

    private static final Pattern LAST_WORDS = Pattern.compile("\\[\\d+] ([0-9A-Z]{5}) (FATAL|PANIC):\\s+(.*)");

    /** data_corrupted, index_corrupted. */
    private static final Set<String> CORRUPTED = Set.of("XX001", "XX002");

    private static final String UNDEFINED_FILE = "58P01";

    /** What the startup process says first. Source: StartupXLOG in src/backend/access/transam/xlog.c. */
    private static final String STARTUP = "database system was interrupted";

    /** Not having got WAL is not being damaged. Source: RestoreArchivedFile in src/backend/access/transam/xlogarchive.c. */
    private static final String NOT_RESTORED = "could not restore file";

    private static final String SOCKET = ".s.PGSQL.%d: ".formatted(Sandbox.PORT);

    private Damage() {}

    /** Whether an error of a running server means that its data are wrong; else it only means that something could not be done. */
    static boolean isSaidBy(ServerException error) {
        return error.sqlState()
                .filter(state -> state.startsWith("XX") || state.equals(UNDEFINED_FILE))
                .isPresent();
    }

    /** What the server said, without the address of a socket that nobody will find any more. */
    static String words(ServerException error) {
        var message = String.valueOf(error.getMessage());
        int end = message.indexOf(SOCKET);
        return end < 0 ? message : message.substring(end + SOCKET.length());
    }

    /**
     * Whether a server that ended before it had recovered, ended for its data. What comes before it looks at them is a matter
     * of the machine.
     *
     * @param log since its start, with {@link #LOG_LINE_PREFIX}
     */
    static boolean ended(String log) {
        int startup = log.indexOf(STARTUP);
        return startup >= 0
                && LAST_WORDS.matcher(log.substring(startup)).results().anyMatch(said -> {
                    var state = said.group(1);
                    return CORRUPTED.contains(state)
                            || state.equals(UNDEFINED_FILE)
                            || (state.startsWith("XX") && !said.group(3).contains(NOT_RESTORED));
                });
    }
}
