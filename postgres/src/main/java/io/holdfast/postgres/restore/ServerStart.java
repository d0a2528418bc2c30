package io.holdfast.postgres.restore;

import java.nio.file.Path;
import java.util.Map;

/**
 * How to start the restored server.
 *
 * @param bin the folder of PostgreSQL's programs
 * @param settings that override its configuration files for this start
 */
public record ServerStart(Path bin, Map<String, String> settings) {

    public ServerStart {
        settings = Map.copyOf(settings);
    }
}
