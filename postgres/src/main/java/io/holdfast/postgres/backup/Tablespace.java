package io.holdfast.postgres.backup;

import java.nio.file.Path;

/**
 * A tablespace other than pg_default and pg_global.
 *
 * @param location its real path; of one in place, its folder in pg_tblspc
 * @param inPlace a folder in pg_tblspc instead of a link (allow_in_place_tablespaces): part of PGDATA
 */
public record Tablespace(long oid, String name, Path location, boolean inPlace) {}
