package io.holdfast.postgres.action;

import io.holdfast.postgres.cluster.Row;
import io.holdfast.postgres.cluster.SqlSession;
import java.util.ArrayList;
import java.util.List;

/**
 * What a database has besides its content, and a dump does not carry: owner, encoding, locale, grants, settings, limit of
 * connections. Source: src/include/catalog/pg_database.h; dumpDatabase in src/bin/pg_dump/pg_dump.c.
 *
 * @param creation what follows the name in {@code CREATE DATABASE}
 */
record Likeness(String creation, List<String> grants, List<Setting> settings) {

    /** @param role empty: for all roles */
    private record Setting(String role, String name, String value) {}

    static Likeness of(Databases databases, DatabaseName model) {
        var session = databases.session();
        return new Likeness(creation(session, model), grants(session, model), settings(session, model));
    }

    private static String creation(SqlSession session, DatabaseName model) {
        // The column has had three names, and to_jsonb takes whichever there is.
        return session.one("""
                SELECT format('OWNER %I ENCODING %L LC_COLLATE %L LC_CTYPE %L CONNECTION LIMIT %s', pg_get_userbyid(datdba),
                              pg_encoding_to_char(encoding), datcollate, datctype, datconnlimit)
                       || CASE to_jsonb(d) ->> 'datlocprovider'
                              WHEN 'i' THEN format(' LOCALE_PROVIDER icu ICU_LOCALE %L',
                                                   coalesce(to_jsonb(d) ->> 'datlocale', to_jsonb(d) ->> 'daticulocale'))
                                            || coalesce(format(' ICU_RULES %L', to_jsonb(d) ->> 'daticurules'), '')
                              WHEN 'b' THEN format(' LOCALE_PROVIDER builtin BUILTIN_LOCALE %L', to_jsonb(d) ->> 'datlocale')
                              ELSE '' END AS creation
                  FROM pg_database d WHERE datname = ?""", row -> row.text("creation"), model.text());
    }

    /** Grants with {@code %1$I} for the database. */
    private static List<String> grants(SqlSession session, DatabaseName model) {
        var grants = session.list("""
                SELECT format('GRANT %s ON DATABASE %%1$I TO %s%s', a.privilege_type,
                              replace(CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(a.grantee)) END,
                                      '%', '%%'),
                              CASE WHEN a.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END) AS form
                  FROM pg_database d, aclexplode(d.datacl) a WHERE d.datname = ? ORDER BY 1""", row -> row.text("form"), model.text());
        var all = new ArrayList<String>();
        if (!grants.isEmpty()) {
            all.add("REVOKE ALL ON DATABASE %1$I FROM PUBLIC");
            all.addAll(grants);
        }
        return List.copyOf(all);
    }

    private static List<Setting> settings(SqlSession session, DatabaseName model) {
        return session.list("""
                SELECT CASE s.setrole WHEN 0 THEN '' ELSE pg_get_userbyid(s.setrole) END AS role,
                       split_part(c.entry, '=', 1) AS name, substr(c.entry, strpos(c.entry, '=') + 1) AS value
                  FROM pg_db_role_setting s JOIN pg_database d ON d.oid = s.setdatabase, unnest(s.setconfig) c(entry)
                 WHERE d.datname = ? ORDER BY 1, 2""", Likeness::setting, model.text());
    }

    private static Setting setting(Row row) {
        return new Setting(row.text("role"), row.text("name"), row.text("value"));
    }

    /** Gives grants and settings to a database that has just been created. Repeating it changes nothing. */
    void give(Databases databases, DatabaseName name) {
        var session = databases.session();
        grants.forEach(form -> session.execute(databases.statement(form, name)));
        for (var setting : settings) {
            // A list such as search_path cannot be written as one literal: it is set here and taken from here. Only for
            // as long as that takes: it may be one by which nothing more could be changed.
            session.together(List.of(
                    databases.statement("SELECT set_config(%L, %L, true)", setting.name(), setting.value()),
                    setting.role().isEmpty()
                            ? databases.statement("ALTER DATABASE %I SET %I FROM CURRENT", name, setting.name())
                            : databases.statement(
                                    "ALTER ROLE %I IN DATABASE %I SET %I FROM CURRENT",
                                    setting.role(), name, setting.name())));
        }
    }
}
