package io.holdfast.cli;

import io.holdfast.cli.configuration.Configuration;
import io.holdfast.cli.configuration.Setting;
import io.holdfast.cli.configuration.Settings;
import io.holdfast.postgres.cluster.ConnectionDefaults;
import io.holdfast.postgres.cluster.ConnectionSettings;
import java.util.LinkedHashMap;
import java.util.Map;

/** The server as configured; what is not comes from libpq's own variables and defaults. */
final class ServerSettings {

    private static final Map<String, Setting<?>> PARAMETERS = Map.of(
            "host", Settings.HOST,
            "port", Settings.PORT,
            "user", Settings.USER,
            "dbname", Settings.DATABASE,
            "passfile", Settings.PASSWORD_FILE,
            "sslmode", Settings.SSL_MODE,
            "sslrootcert", Settings.SSL_ROOT_CERTIFICATE);

    private ServerSettings() {}

    static ConnectionSettings of(Configuration configuration, Map<String, String> environment) {
        var parameters = new LinkedHashMap<String, String>();
        PARAMETERS.forEach((word, setting) ->
                configuration.find(setting).ifPresent(value -> parameters.put(word, value.toString())));
        var ours = ConnectionDefaults.ofThisProcess();
        var defaults = new ConnectionDefaults(environment, ours.home(), ours.account(), ours.socketFolders());
        var settings = defaults.settings(parameters);
        var databaseNamed = parameters.containsKey("dbname") || environment.containsKey("PGDATABASE");
        return databaseNamed ? settings : settings.withDatabase("postgres");
    }
}
