package io.holdfast.postgres.action;

import io.holdfast.postgres.backup.BackupRequest;
import io.holdfast.postgres.restore.replay.PrefetchProgram;
import io.holdfast.postgres.restore.replay.RepositoryReference;
import io.holdfast.repository.Repository;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** What the actions need of the machine that they run on; the program that they are part of knows it. Thread-safe. */
public interface PostgresHost {

    /** Opens a repository without writing anything to it; the caller closes it. */
    Repository openForReading(RepositoryPlace place);

    /** Opens a repository for reading and writing; the caller closes it. */
    Repository openForWriting(RepositoryPlace place);

    /** Opens a repository as for writing, which only some restores do, also by a key that must only read; the caller closes it. */
    Repository openToRestore(RepositoryPlace place);

    /** How a restored server opens the repository again by itself. */
    RepositoryReference reference(RepositoryPlace place);

    /** What brings WAL to a server in this directory when this process has ended. */
    PrefetchProgram prefetch(Path directory);

    /** A backup as this host is configured to take them; of which server and member a step may say otherwise. */
    BackupRequest backup(RepositoryPlace place);

    /** The state folder of the capture on this host, if it is this repository that it is configured to store into. */
    Optional<Path> stateFolder(RepositoryPlace place);

    /** Where a capture on this host keeps WAL that is not yet in the repository. */
    Path spool(RepositoryPlace place);

    /** The folder of PostgreSQL's server programs of a major version. */
    Path binDirectory(int major);

    /** Where client programs are looked for. */
    List<Path> searchPath();
}
