package io.holdfast.postgres.backup;

import io.holdfast.postgres.cluster.ConnectionSettings;
import io.holdfast.postgres.cluster.ServerException;
import io.holdfast.postgres.cluster.SqlSession;
import io.holdfast.postgres.wal.summary.ForkId;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the server which relations damaged pages belong to, each database for its own. What it cannot say, because the role
 * may not connect, the file is gone by now or the catalogue is damaged itself, stays without a name: nothing fails for it.
 */
public final class DamagedRelations {

    private static final Logger LOG = LoggerFactory.getLogger(DamagedRelations.class);

    private static final Duration SILENCE = Duration.ofSeconds(30);

    /** Source: RelidByRelfilenumber in src/backend/utils/cache/relfilenumbermap.c, which also knows mapped relations. */
    private static final String NAME = """
            SELECT CASE c.relkind
                     WHEN 'r' THEN 'table' WHEN 'i' THEN 'index' WHEN 'S' THEN 'sequence' WHEN 't' THEN 'TOAST table'
                     WHEN 'm' THEN 'materialized view' ELSE 'relation' END AS kind,
                   format('%I.%I', n.nspname, c.relname) AS name,
                   (SELECT format('%I.%I', tn.nspname, t.relname)
                      FROM pg_class t JOIN pg_namespace tn ON tn.oid = t.relnamespace
                     WHERE t.reltoastrelid = c.oid OR t.oid = (SELECT indrelid FROM pg_index WHERE indexrelid = c.oid)
                     LIMIT 1) AS of_table
              FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
             WHERE c.oid = pg_filenode_relation(?::oid, ?::oid)""";

    private final ConnectionSettings server;
    private final SqlSession session;

    /** @param session with any database, where those that all share can be asked for */
    public DamagedRelations(ConnectionSettings server, SqlSession session) {
        this.server = server;
        this.session = session;
    }

    /** The same pages, each with what it belongs to as far as the server can say. */
    public List<DamagedPage> named(List<DamagedPage> pages) {
        var forks = pages.stream()
                .map(DamagedPage::file)
                .distinct()
                .flatMap(file -> RelationPath.of(file).map(fork -> Map.entry(file, fork)).stream())
                .collect(Collectors.groupingBy(
                        entry -> entry.getValue().database(),
                        Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue)));
        Map<String, DamagedRelation> names = new HashMap<>();
        forks.forEach((database, files) -> names.putAll(ask(database, files)));
        return pages.stream()
                .map(page -> page.in(Optional.ofNullable(names.get(page.file()))))
                .toList();
    }

    private Map<String, DamagedRelation> ask(long database, Map<String, ForkId> files) {
        try {
            if (database == 0) {
                return ask(session, Optional.empty(), files);
            }
            var name = session.first(
                    "SELECT datname FROM pg_database WHERE oid = ?::oid AND datallowconn",
                    row -> row.text("datname"),
                    database);
            if (name.isEmpty()) {
                return Map.of();
            }
            try (var there = SqlSession.open(server.withDatabase(name.get()))) {
                there.allowSilence(SILENCE);
                return ask(there, name, files);
            }
        } catch (ServerException e) {
            LOG.warn("damaged relations cannot be named database={} code={}", database, e.code(), e);
            return Map.of();
        }
    }

    private static Map<String, DamagedRelation> ask(
            SqlSession there, Optional<String> database, Map<String, ForkId> files) {
        Map<String, DamagedRelation> names = new HashMap<>();
        files.forEach((file, fork) -> there.first(
                        NAME,
                        row -> new DamagedRelation(
                                database, row.text("kind"), row.text("name"), row.textIfAny("of_table")),
                        fork.tablespace(),
                        fork.relation())
                .ifPresent(found -> names.put(file, found)));
        return names;
    }
}
