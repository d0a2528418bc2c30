package io.holdfast.postgres.verify;

import io.holdfast.postgres.Pause;
import io.holdfast.postgres.restore.ProtectedCluster;
import io.holdfast.postgres.restore.RestoreProgress;
import io.holdfast.postgres.restore.StoredBackup;
import io.holdfast.repository.manifest.Manifest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

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

    /** All checks, and queries in {@code postgres} that only have to succeed. */
    VerificationRequest asking(String... queries) {
        var usual = request();
        return new VerificationRequest(
                usual.target(),
                usual.programs(),
                folder,
                false,
                2,
                Set.of(),
                Stream.of(queries)
                        .map(sql -> new ProofQuery("postgres", sql, Optional.empty()))
                        .toList(),
                usual.roles(),
                usual.by());
    }

    VerificationRequest in(Path other) {
        var usual = request();
        return new VerificationRequest(
                usual.target(), usual.programs(), other, false, 2, Set.of(), List.of(), usual.roles(), usual.by());
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

    /** Does something when a phase of the restore begins. */
    static VerificationProgress at(RestoreProgress.Phase wanted, Runnable action) {
        var restore = new RestoreProgress() {
            @Override
            public void phase(Phase phase) {
                if (phase == wanted) {
                    action.run();
                }
            }

            @Override
            public void expected(long bytes) {}

            @Override
            public void advanced(long bytes) {}
        };
        return new VerificationProgress() {
            @Override
            public RestoreProgress restore() {
                return restore;
            }

            @Override
            public void remark(String line) {}
        };
    }

    /** The only one that there is. */
    Path sandbox() {
        try (var sandboxes = Files.list(folder)) {
            return sandboxes.findFirst().orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
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
