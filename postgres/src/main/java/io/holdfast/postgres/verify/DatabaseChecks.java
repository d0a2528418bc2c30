package io.holdfast.postgres.verify;

import io.holdfast.postgres.cluster.ServerException;
import io.holdfast.postgres.cluster.SqlSession;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What is asked of the running server, database by database, as its superuser. Confined to one thread. */
final class DatabaseChecks {

    /** One of them is nearly always there. */
    private static final List<String> ENTRANCES = List.of("postgres", "template1");

    private static final Set<String> NO_QUERY = Set.of("42601", "02000");
    private static final int LONGEST_ANSWER = 500;

    /** Source: database_is_invalid_form in src/backend/commands/dbcommands.c: a DROP DATABASE that was interrupted leaves -2. */
    private static final String DATABASES =
            "SELECT datname FROM pg_database WHERE datallowconn AND datconnlimit <> -2 ORDER BY oid";

    /**
     * What ALTER DATABASE and ALTER ROLE have set of the server itself: libraries to load, damage to pass over, another language.
     * What applications have set for themselves, with a dot in its name, stays.
     */
    private static final List<String> FORGET_SETTINGS = List.of(
            "UPDATE pg_db_role_setting SET setconfig = nullif(ARRAY(SELECT setting FROM unnest(setconfig) AS setting"
                    + " WHERE split_part(setting, '=', 1) LIKE '%.%'), '{}')",
            "DELETE FROM pg_db_role_setting WHERE setconfig IS NULL");

    /** The folder of a database that is in the catalogue is missing. Source: InitPostgres in src/backend/utils/init/postinit.c. */
    private static final String UNDEFINED_DATABASE = "3D000";

    private final SandboxServer server;
    private final int majorVersion;
    private final VerificationRequest request;
    private final Tallies tallies;
    private final VerificationProgress progress;

    DatabaseChecks(
            SandboxServer server,
            int majorVersion,
            VerificationRequest request,
            Tallies tallies,
            VerificationProgress progress) {
        this.server = server;
        this.majorVersion = majorVersion;
        this.request = request;
        this.tallies = tallies;
        this.progress = progress;
    }

    /** How the server is entered. */
    record Entrance(String superuser, String database) {}

    /** Checks all databases; by which way others may enter. */
    Entrance run() {
        var entrance = entrance();
        List<String> databases;
        try (var session = SqlSession.open(server.settings(entrance.superuser(), entrance.database()))) {
            FORGET_SETTINGS.forEach(session::execute);
            databases = session.list(DATABASES, row -> row.text("datname"));
        }
        databases.forEach(database -> check(entrance.superuser(), database));
        request.queries().forEach(query -> ask(entrance.superuser(), query));
        return entrance;
    }

    private Entrance entrance() {
        var refusals = new ArrayList<String>();
        for (var role : request.roles()) {
            for (var database : ENTRANCES) {
                try (var session = SqlSession.open(server.settings(role, database))) {
                    var superuser = session.first(
                            "SELECT rolname FROM pg_roles WHERE rolsuper AND rolcanlogin ORDER BY oid LIMIT 1",
                            row -> row.text("rolname"));
                    if (superuser.isPresent()) {
                        return new Entrance(superuser.get(), database);
                    }
                } catch (ServerException e) {
                    if (Damage.isSaidBy(e)) {
                        throw e;
                    }
                    refusals.add(Damage.words(e));
                }
            }
        }
        throw SandboxException.noSuperuser(String.join("; ", refusals));
    }

    private void check(String superuser, String database) {
        progress.remark("checking database %s".formatted(database));
        var connecting = tallies.of(CheckKind.DATABASES);
        var opened = new ArrayList<SqlSession>(1);
        connecting.timed(() -> {
            try {
                opened.add(SqlSession.open(server.settings(superuser, database)));
                connecting.right(1);
            } catch (ServerException e) {
                refused(connecting, database, e);
            }
        });
        if (opened.isEmpty()) {
            notEntered(CheckKind.INDEXES, database);
            notEntered(CheckKind.TABLES, database);
            return;
        }
        try (var session = opened.getFirst()) {
            if (request.asks(CheckKind.INDEXES) || request.asks(CheckKind.TABLES)) {
                new Amcheck(session, database, majorVersion, tallies).run();
            }
        }
    }

    private static void refused(Tally connecting, String database, ServerException e) {
        var line = "database %s: %s".formatted(database, Damage.words(e));
        boolean lacksFolder = e.sqlState().filter(UNDEFINED_DATABASE::equals).isPresent();
        if (lacksFolder || Damage.isSaidBy(e)) {
            connecting.wrong(line);
        } else {
            connecting.unchecked(line);
        }
    }

    private void notEntered(CheckKind kind, String database) {
        if (request.asks(kind)) {
            tallies.of(kind).unchecked("those of database %s: it cannot be connected to".formatted(database));
        }
    }

    private void ask(String superuser, ProofQuery query) {
        var tally = tallies.of(CheckKind.QUERIES);
        tally.timed(() -> {
            try (var session = SqlSession.open(server.settings(superuser, query.database()))) {
                session.execute("SET search_path = public");
                compare(tally, query, session.answer(query.sql()));
            } catch (ServerException e) {
                var line = "%s: %s".formatted(query, Damage.words(e));
                if (isNoAnswer(e)) {
                    tally.unchecked(line);
                } else {
                    tally.wrong(line);
                }
            }
        });
    }

    private static void compare(Tally tally, ProofQuery query, Optional<String> answer) {
        if (query.expected().isEmpty() || query.expected().equals(answer)) {
            tally.right(1);
        } else {
            tally.wrong("%s gave %s, not '%s'"
                    .formatted(
                            query,
                            answer.map(DatabaseChecks::shortened)
                                    .map("'%s'"::formatted)
                                    .orElse("nothing"),
                            query.expected().get()));
        }
    }

    private static String shortened(String answer) {
        return answer.length() <= LONGEST_ANSWER ? answer : answer.substring(0, LONGEST_ANSWER) + "...";
    }

    /**
     * A lost connection, a lack of resources, something that this host lacks, or a query that is none (02000: it gave no rows and no
     * columns either): it says nothing of the data.
     */
    private static boolean isNoAnswer(ServerException e) {
        return e.retryable()
                || Damage.isOfTheHost(e)
                || e.sqlState()
                        .filter(state -> NO_QUERY.contains(state) || state.startsWith("57"))
                        .isPresent();
    }
}
