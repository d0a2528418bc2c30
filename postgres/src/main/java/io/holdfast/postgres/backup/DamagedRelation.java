package io.holdfast.postgres.backup;

import java.util.Optional;

/**
 * What a damaged page belongs to, as the server named it at the end of the backup.
 *
 * @param database absent for a relation that all databases share
 * @param kind as the field says it: table, index, TOAST table, sequence, ...
 * @param name with its schema, quoted where SQL needs it
 * @param table whose index or TOAST table it is
 */
public record DamagedRelation(Optional<String> database, String kind, String name, Optional<String> table) {

    @Override
    public String toString() {
        return kind
                + " "
                + name
                + table.map(" of table %s"::formatted).orElse("")
                + database.map(" in database %s"::formatted).orElse("");
    }
}
