package io.holdfast.postgres.verify;

import io.holdfast.postgres.cluster.ServerException;
import java.util.List;
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

    /**
     * How a message begins that tells what this host lacks, though its SQLSTATE is that of damage. Sources: internal_load_library in
     * src/backend/utils/fmgr/dfmgr.c, CheckMyDatabase in src/backend/utils/init/postinit.c, make_icu_collator in
     * src/backend/utils/adt/pg_locale_icu.c, RmgrNotFound in src/backend/access/transam/rmgr.c.
     */
    private static final List<String> OF_THE_HOST = List.of(
            "could not access file",
            "could not load library",
            "incompatible library",
            "database locale is incompatible",
            "could not open collator for locale",
            "resource manager with ID");

    /** Of WAL that was all handed over: it is not what it should be. Source: StartupXLOG in src/backend/access/transam/xlog.c. */
    private static final String WAL_ENDS = "WAL ends before";

    private static final String SOCKET = ".s.PGSQL.%d: ".formatted(Sandbox.PORT);

    private Damage() {}

    /** Whether an error of a running server means that its data are wrong; else it only means that something could not be done. */
    static boolean isSaidBy(ServerException error) {
        return !isOfTheHost(error)
                && error.sqlState()
                        .filter(state -> state.startsWith("XX") || state.equals(UNDEFINED_FILE))
                        .isPresent();
    }

    /** Whether something is missing here that the source had: a library, a collation. */
    static boolean isOfTheHost(ServerException error) {
        return isOfTheHost(words(error));
    }

    private static boolean isOfTheHost(String words) {
        return OF_THE_HOST.stream().anyMatch(words::startsWith);
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
                    if (isOfTheHost(said.group(3))) {
                        return false;
                    }
                    return CORRUPTED.contains(state)
                            || said.group(3).startsWith(WAL_ENDS)
                            || state.equals(UNDEFINED_FILE)
                            || (state.startsWith("XX") && !said.group(3).contains(NOT_RESTORED));
                });
    }
}
