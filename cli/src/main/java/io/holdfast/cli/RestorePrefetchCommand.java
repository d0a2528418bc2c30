package io.holdfast.cli;

import io.holdfast.embedded.UnprivilegedUser;
import io.holdfast.postgres.restore.replay.WalPrefetch;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code holdfast restore-prefetch}: brings WAL beside a server that recovers. Started by its restore_command. */
@Command(
        name = "restore-prefetch",
        hidden = true,
        description = "Bring WAL beside a server that recovers. Started by its restore_command, not by people.")
final class RestorePrefetchCommand implements Callable<Integer> {

    @Option(names = "--state", required = true, paramLabel = "DIR", description = "The folder of the restore.")
    private Path state = Path.of("");

    @Override
    public Integer call() {
        new WalPrefetch(state, Thread::sleep, UnprivilegedUser.ownerOf(state)).run(RepositoryReferences::open);
        return 0;
    }
}
