package io.holdfast.postgres.upgrade;

import io.holdfast.postgres.archive.Generation;
import io.holdfast.postgres.archive.LiveClaim;
import io.holdfast.postgres.archive.OtherClusterException;
import io.holdfast.postgres.capture.LocalState;
import io.holdfast.postgres.cluster.ConnectionSettings;
import io.holdfast.postgres.cluster.ServerFacts;
import io.holdfast.postgres.cluster.SqlSession;
import io.holdfast.postgres.wal.SystemIdentifier;
import io.holdfast.repository.Repository;
import java.nio.file.Path;

/**
 * Opens the next generation for the cluster of a server. What was stored of the one before stays as it is, and can be
 * restored. Two at once open one generation.
 */
public final class Upgrade {

    private final Repository repository;
    private final ConnectionSettings server;
    private final Path stateFolder;

    /** @param stateFolder of the capture on this host: if that one was stopped, its claim counts as free at once */
    public Upgrade(Repository repository, ConnectionSettings server, Path stateFolder) {
        this.repository = repository;
        this.server = server;
        this.stateFolder = stateFolder;
    }

    /** What an upgrade would mean. */
    public sealed interface Prospect {

        /** The generation of the server when all is done. */
        Generation generation();

        /** The repository protects this cluster already. */
        record Done(Generation generation) implements Prospect {}

        /** {@code over} would be over, and {@code generation} opened. */
        record Possible(Generation over, Generation generation) implements Prospect {}
    }

    /**
     * Looks, and writes nothing.
     *
     * @throws UpgradeException if it is not to be done now
     * @throws OtherClusterException if the server is one that is over already
     */
    public Prospect look() {
        var current = Generation.newest(repository).orElseThrow(() -> UpgradeException.nothingYet(repository.name()));
        var facts = facts();
        if (facts.systemIdentifier().equals(current.systemIdentifier())) {
            return new Prospect.Done(current);
        }
        Generation.refusePast(repository, facts.systemIdentifier());
        requireQuiet();
        return new Prospect.Possible(
                current,
                new Generation(
                        current.number() + 1,
                        facts.systemIdentifier(),
                        facts.version().major(),
                        facts.layout().walSegmentSize()));
    }

    private ServerFacts facts() {
        try (var session = SqlSession.open(server)) {
            return ServerFacts.read(session);
        }
    }

    /** A capture of the old cluster that runs says that it may not be over. */
    private void requireQuiet() {
        var own = LocalState.tokenIfIdle(stateFolder);
        LiveClaim.all(repository).stream()
                .filter(live -> own.filter(live.document().token()::equals).isEmpty())
                .findFirst()
                .ifPresent(live -> {
                    throw UpgradeException.stillCaptured(live);
                });
    }

    /**
     * Opens the generation, unless it is open.
     *
     * @param over the cluster of which somebody says that it is over
     */
    public Generation open(SystemIdentifier over) {
        return switch (look()) {
            case Prospect.Done done -> done.generation();
            case Prospect.Possible possible -> {
                if (!possible.over().systemIdentifier().equals(over)) {
                    throw UpgradeException.notTheCurrent(over, possible.over());
                }
                yield possible.generation().open(repository);
            }
        };
    }
}
