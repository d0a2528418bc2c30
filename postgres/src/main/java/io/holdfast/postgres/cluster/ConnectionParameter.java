package io.holdfast.postgres.cluster;

import java.util.Arrays;
import java.util.Collection;
import java.util.Locale;
import java.util.stream.Collectors;

/** The connection parameters of libpq that are understood here, each with its environment variable. */
enum ConnectionParameter {
    HOST("PGHOST"),
    PORT("PGPORT"),
    USER("PGUSER"),
    DBNAME("PGDATABASE"),
    PASSWORD("PGPASSWORD"),
    PASSFILE("PGPASSFILE"),
    SSLMODE("PGSSLMODE"),
    SSLROOTCERT("PGSSLROOTCERT"),
    APPLICATION_NAME("PGAPPNAME"),
    CONNECT_TIMEOUT("PGCONNECT_TIMEOUT");

    private final String variable;

    ConnectionParameter(String variable) {
        this.variable = variable;
    }

    String variable() {
        return variable;
    }

    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    static void refuseUnknown(Collection<String> words) {
        for (var word : words) {
            if (Arrays.stream(values()).noneMatch(parameter -> parameter.word().equals(word))) {
                throw new InvalidConnectionException(
                        "unknown connection parameter '%s'".formatted(word),
                        "known are "
                                + Arrays.stream(values())
                                        .map(ConnectionParameter::word)
                                        .collect(Collectors.joining(", ")));
            }
        }
    }
}
