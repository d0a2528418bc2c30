package io.holdfast.cli;

import io.holdfast.problem.HoldfastException;
import io.holdfast.repository.Repository;
import io.holdfast.repository.disk.LocalDisk;
import io.holdfast.repository.document.Json;
import io.holdfast.repository.evidence.EvidenceChain;
import io.holdfast.repository.evidence.EvidenceKind;
import io.holdfast.repository.evidence.EvidenceSigner;
import io.holdfast.repository.evidence.Head;
import io.holdfast.runbook.evidence.RunEvidence;
import io.holdfast.runbook.journal.RunId;
import io.holdfast.runbook.state.StateDatabase;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.security.SecureRandom;
import java.util.Map;
import java.util.Optional;

/** What this host adds to its chain. What has happened has happened: that it cannot be recorded is a warning, and fails nothing. */
public final class HostEvidence {

    private HostEvidence() {}

    /** The key of this host; it is made when it is first needed. */
    public static EvidenceSigner signer(Workspace workspace) {
        var file = workspace.evidenceKey().toAbsolutePath();
        if (Files.exists(file)) {
            return EvidenceSigner.read(file);
        }
        var folder = file.getParent();
        if (folder != null) {
            new LocalDisk().createDirectories(folder);
        }
        return EvidenceSigner.generate(file, new SecureRandom());
    }

    private static EvidenceChain chain(Workspace workspace, Repository repository) {
        return new EvidenceChain(repository, signer(workspace), workspace.clock());
    }

    /** Adds something to the chain of an open repository; empty, with a warning, if that failed. */
    public static Optional<Head> add(
            Workspace workspace,
            Repository repository,
            EvidenceKind kind,
            String subject,
            Object content,
            PrintWriter err) {
        try {
            return Optional.of(chain(workspace, repository)
                    .add(kind, subject, Json.mapper().valueToTree(content)));
        } catch (HoldfastException e) {
            warn(err, "%s is not in the evidence: %s".formatted(subject, e.getMessage()), e.hint());
        } catch (UncheckedIOException e) {
            warn(
                    err,
                    "%s is not in the evidence: %s".formatted(subject, e.getMessage()),
                    "see 'holdfast evidence key'");
        }
        return Optional.empty();
    }

    /**
     * Puts all runs that have ended and are in no chain into that of this host.
     *
     * @throws HoldfastException if the repository, the key or the state does not do its part
     */
    public static Map<RunId, Head> record(Workspace workspace, StateDatabase database) {
        var evidence = new RunEvidence(database, workspace.clock());
        if (evidence.waiting() == 0) {
            return Map.of();
        }
        try (var repository = workspace.openRepository()) {
            return evidence.record(chain(workspace, repository));
        }
    }

    /** The same where a repository is configured that opens without asking; what fails is a warning. */
    public static Map<RunId, Head> recordIfConfigured(Workspace workspace, StateDatabase database, PrintWriter err) {
        if (!workspace.opensWithoutAsking()) {
            return Map.of();
        }
        try {
            return record(workspace, database);
        } catch (HoldfastException e) {
            warn(err, "runs that have ended are not in the evidence yet: " + e.getMessage(), e.hint());
        } catch (UncheckedIOException e) {
            warn(
                    err,
                    "runs that have ended are not in the evidence yet: " + e.getMessage(),
                    "'holdfast evidence record' makes up for it");
        }
        return Map.of();
    }

    private static void warn(PrintWriter err, String message, String hint) {
        err.println("WARNING: %s%nHINT: %s".formatted(message, hint));
    }
}
