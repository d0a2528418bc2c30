package io.holdfast.cli.check;

import io.holdfast.cli.configuration.ByteSize;
import io.holdfast.cli.configuration.RepositoryLocation.Bucket;
import io.holdfast.cli.configuration.RepositoryLocation.Folder;
import io.holdfast.postgres.archive.Generation;
import io.holdfast.postgres.cluster.ConnectionSettings;
import io.holdfast.postgres.cluster.ServerFacts;
import io.holdfast.postgres.cluster.SqlSession;
import io.holdfast.problem.Finding;
import io.holdfast.repository.Repository;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;

/**
 * All checks, in the order in which things have to be put right. Repository and server are looked at apart: a problem of
 * one does not hide those of the other.
 */
public final class SetupCheck {

    private final CheckRequest request;
    private final InstantSource clock;
    private final Findings findings = new Findings();

    public SetupCheck(CheckRequest request, InstantSource clock) {
        this.request = request;
        this.clock = clock;
    }

    /**
     * Makes the checks.
     *
     * @param opening opens the repository
     */
    public List<Finding> run(Supplier<ConnectionSettings> server, Supplier<Repository> opening) {
        var repository = open(opening);
        try {
            findings.require("check.connection", () -> server(server.get(), repository));
        } finally {
            repository.ifPresent(Repository::close);
        }
        new SpaceChecks(findings).spool(request.spool(), request.spoolLimit());
        return findings.list();
    }

    private Optional<Repository> open(Supplier<Repository> opening) {
        var opened = new java.util.concurrent.atomic.AtomicReference<Optional<Repository>>(Optional.empty());
        findings.require("check.repository", () -> {
            var repository = opening.get();
            opened.set(Optional.of(repository));
            findings.passed("check.repository", "repository '%s' opens with this key".formatted(repository.name()));
            var checks = new RepositoryChecks(repository, findings);
            if (request.write()) {
                checks.writeAndReadBack(clock);
            }
            checks.overwriting();
            checks.recoveryCopy(clock);
            MirrorChecks.run(repository, findings);
            checks.keyRegions(clock, request.keyRegions());
        });
        return opened.get();
    }

    private void server(ConnectionSettings server, Optional<Repository> repository) {
        try (var session = SqlSession.open(server)) {
            findings.passed("check.connection", "connected to %s".formatted(server.address()));
            var facts = ServerFacts.read(session);
            var synchronousCommit =
                    session.one("SELECT current_setting('synchronous_commit') AS value", row -> row.text("value"));
            new SettingChecks(facts, server.applicationName(), request.acknowledged(), synchronousCommit, findings)
                    .run(clock.instant());
            new RoleChecks(server, session, facts, findings).run(clock);
            var directory = new FileChecks(facts, findings).run();
            new SlotChecks(session, facts, request.slot(), findings)
                    .run(directory.map(FileChecks::freeForWal).orElse(OptionalLong.empty()));
            directory.ifPresent(found -> new RecoveryChecks(findings).run(facts, found));
            repository.ifPresent(open -> cluster(open, facts));
            space(session, directory);
        }
    }

    private void cluster(Repository repository, ServerFacts facts) {
        findings.require("check.cluster", () -> {
            Generation.refuseOther(repository, facts.systemIdentifier());
            findings.passed("check.cluster", "the repository is this cluster's, or still nobody's");
        });
    }

    private void space(SqlSession session, Optional<Path> directory) {
        var space = new SpaceChecks(findings);
        switch (request.repository()) {
            case Folder(var repository) -> spaceOnDisk(space, repository, session, directory);
            case Bucket _ -> findings.passed("check.apart", "the repository is in a bucket, which does not fill up");
        }
    }

    private void spaceOnDisk(SpaceChecks space, Path repository, SqlSession session, Optional<Path> directory) {
        findings.attempt("check.repository-space", () -> {
            var bytes = session.one(
                    "SELECT sum(pg_database_size(oid))::bigint AS bytes FROM pg_database", row -> row.number("bytes"));
            space.repository(repository, new ByteSize(bytes));
        });
        directory.ifPresent(found -> space.apart(repository, found));
    }
}
