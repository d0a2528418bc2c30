package io.holdfast.postgres.verify;

import io.holdfast.postgres.Pause;
import io.holdfast.postgres.restore.ProtectedCluster;
import io.holdfast.postgres.restore.StoredBackup;
import io.holdfast.repository.manifest.Manifest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;

/** What a test verifies, with a folder for its sandboxes. */
record Verifying(ProtectedCluster cluster, Path folder) {

    static final Pause PAUSE = duration -> Thread.sleep(duration.toMillis());

    static Verifying of(ProtectedCluster cluster) {
        try {
            return new Verifying(cluster, Files.createDirectories(cluster.folder.resolve("v")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    VerificationRequest request() {
        return new VerificationRequest(
                Proof.Target.BACKUP_END,
                _ -> cluster.bin(),
                folder,
                false,
                2,
                Set.of(),
                List.of(),
                List.of("nobody we know", "postgres"),
                "a test");
    }

    VerificationRequest latest(ProofQuery... queries) {
        var usual = request();
        return new VerificationRequest(
                Proof.Target.LATEST,
                usual.programs(),
                folder,
                false,
                2,
                VerificationRequest.OPTIONAL,
                List.of(queries),
                usual.roles(),
                usual.by());
    }

    VerificationRequest without(CheckKind... kinds) {
        var usual = request();
        return new VerificationRequest(
                usual.target(),
                usual.programs(),
                folder,
                false,
                2,
                Set.of(kinds),
                List.of(),
                usual.roles(),
                usual.by());
    }

    VerificationRequest kept() {
        var usual = request();
        return new VerificationRequest(
                usual.target(),
                usual.programs(),
                folder,
                true,
                2,
                VerificationRequest.OPTIONAL,
                List.of(),
                usual.roles(),
                usual.by());
    }

    BackupVerification of(Manifest backup, VerificationRequest request, VerificationProgress progress) {
        return new BackupVerification(
                cluster.repository, StoredBackup.of(backup), request, progress, InstantSource.system(), PAUSE);
    }

    BackupVerification.Outcome run(Manifest backup, VerificationRequest request) {
        return of(backup, request, VerificationProgress.NONE).run();
    }

    Proof proof(Manifest backup) {
        return run(backup, request()).proof();
    }

    static Check check(Proof proof, CheckKind kind) {
        return proof.checks().stream()
                .filter(check -> check.kind() == kind)
                .findFirst()
                .orElseThrow();
    }
}
