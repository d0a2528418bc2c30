package io.holdfast.postgres.capture;

import io.holdfast.embedded.FreePort;
import io.holdfast.postgres.backup.BackupProgress;
import io.holdfast.postgres.backup.BackupRequest;
import io.holdfast.postgres.backup.BaseBackup;
import io.holdfast.postgres.cluster.SqlSession;
import io.holdfast.postgres.restore.RecoveryTarget;
import io.holdfast.postgres.restore.Restore;
import io.holdfast.postgres.restore.RestoreProgress;
import io.holdfast.postgres.restore.RestoreRequest;
import io.holdfast.postgres.restore.ServerStart;
import io.holdfast.postgres.restore.TargetAction;
import io.holdfast.postgres.restore.replay.RepositoryReference;
import io.holdfast.repository.manifest.Manifest;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** Backups into the repository of {@link Protected} and restores out of it. */
record Recovery(Protected live) {

    Manifest backup() {
        return backup(BackupRequest.of(live.tcp(), Protected.MEMBER));
    }

    Manifest backup(BackupRequest request) {
        return new BaseBackup(live.repository, request, BackupProgress.NONE, InstantSource.system(), Thread::sleep)
                .take();
    }

    RestoreRequest request(String name, RecoveryTarget target) {
        return RestoreRequest.of(
                        live.folder.resolve(name),
                        target,
                        new RepositoryReference(
                                live.folder.resolve("repository").toString(),
                                live.folder.resolve("key").toString()),
                        List.of("false"))
                .withAction(TargetAction.PROMOTE);
    }

    Restore restore(RestoreRequest request) {
        return new Restore(live.repository, request, RestoreProgress.NONE, InstantSource.system(), Thread::sleep);
    }

    /** The lines of {@code public.story} in a server that was restored. */
    List<String> story(RestoreRequest request, Path binaries) throws Exception {
        return ask(
                request, binaries, session -> session.list("SELECT line FROM public.story", row -> row.text("line")));
    }

    /** What a server says that is restored, asked, and stopped. */
    <T> T ask(RestoreRequest request, Path binaries, Function<SqlSession, T> question) throws Exception {
        int port = FreePort.choose();
        var how = new ServerStart(
                binaries,
                Map.of(
                        "fsync", "off",
                        "listen_addresses", "127.0.0.1",
                        "port", Integer.toString(port),
                        "unix_socket_directories", ""));
        var server = restore(request.withStart(how)).run().serverPid().flatMap(ProcessHandle::of);
        try (var session = SqlSession.open(Protected.tcp(port))) {
            return question.apply(session);
        } finally {
            server.orElseThrow().destroy();
            server.orElseThrow().onExit().get(1, TimeUnit.MINUTES);
        }
    }
}
