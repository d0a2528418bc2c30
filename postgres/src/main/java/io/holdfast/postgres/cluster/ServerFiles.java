package io.holdfast.postgres.cluster;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Where a server's files lie, as the server names them, on its host. Absent: this user may not know (it lacks the role
 * {@code pg_read_all_settings}).
 *
 * @param ident empty as well when the server has none
 */
public record ServerFiles(
        Optional<Path> dataDirectory, Optional<Path> configuration, Optional<Path> hba, Optional<Path> ident) {}
