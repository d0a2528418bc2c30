package io.holdfast.postgres.action;

import io.holdfast.postgres.archive.MemberName;
import io.holdfast.postgres.restore.replay.PrefetchProgram;
import io.holdfast.postgres.restore.replay.RepositoryReference;
import io.holdfast.repository.Repository;
import java.nio.file.Path;
import java.util.List;

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

    /** What the server on this host is called in repositories. */
    MemberName member(RepositoryPlace place);

    /** Where a capture on this host keeps WAL that is not yet in the repository. */
    Path spool(RepositoryPlace place);

    /** The folder of PostgreSQL's server programs of a major version. */
    Path binDirectory(int major);

    /** Where client programs are looked for. */
    List<Path> searchPath();
}
