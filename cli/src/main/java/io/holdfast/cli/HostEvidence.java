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
import io.holdfast.runbook.publication.KnownPlan;
import io.holdfast.runbook.publication.PlanEvidence;
import io.holdfast.runbook.state.StateDatabase;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What this host adds to its chain. What has happened has happened: that it cannot be recorded is a warning, and fails nothing. */
public final class HostEvidence {

    private static final Logger LOG = LoggerFactory.getLogger(HostEvidence.class);

    private static final String NOT_YET = "runs that have ended, or plans, are not all in the evidence yet: ";

    private static final String LATER = "'holdfast evidence record' makes up for it";

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

    /** The newest plan that this host has put into the evidence of a repository, or has found there; empty if it knows none. */
    public static Optional<KnownPlan> knownPlan(Workspace workspace, Repository repository) {
        try {
            return Files.exists(workspace.evidenceKey())
                    ? new PlanEvidence(repository, chain(workspace, repository)).known()
                    : Optional.empty();
        } catch (RuntimeException e) {
            LOG.debug("what this host knows cannot be read", e);
            return Optional.empty();
        }
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
        } catch (RuntimeException e) {
            warn(err, subject + " is not in the evidence: " + reason(e), hint(e, "see 'holdfast evidence key'"));
            return Optional.empty();
        }
    }

    /** An entry that was added. */
    public record Added(EvidenceKind kind, String subject, Head head) {}

    /**
     * Puts what is in no chain into that of this host: runs that have ended, and plans that were published.
     *
     * @throws HoldfastException if the repository, the key or the state does not do its part
     */
    public static List<Added> record(Workspace workspace, StateDatabase database) {
        try (var repository = workspace.openRepository()) {
            var added = new ArrayList<Added>();
            new RunEvidence(database, workspace.clock())
                    .record(chain(workspace, repository))
                    .forEach((run, head) -> added.add(new Added(EvidenceKind.RUN, run.value(), head)));
            added.addAll(plans(workspace, repository));
            return added;
        }
    }

    private static List<Added> plans(Workspace workspace, Repository repository) {
        return new PlanEvidence(repository, chain(workspace, repository))
                .record().entrySet().stream()
                        .map(plan -> new Added(EvidenceKind.PLAN, Integer.toString(plan.getKey()), plan.getValue()))
                        .toList();
    }

    /** Puts published plans that are in no chain into that of this host; what fails is a warning. */
    public static void recordPlans(Workspace workspace, Repository repository, PrintWriter err) {
        try {
            plans(workspace, repository);
        } catch (RuntimeException e) {
            warn(err, "the plan is not in the evidence yet: " + reason(e), hint(e, LATER));
        }
    }

    /**
     * As {@link #record}, if a run has ended that is in no chain, and a repository is configured that opens without asking; what
     * fails is a warning, whatever it is.
     */
    public static List<Added> recordIfConfigured(
            Supplier<Workspace> configured, StateDatabase database, PrintWriter err) {
        try {
            var workspace = configured.get();
            return workspace.opensWithoutAsking() && new RunEvidence(database, workspace.clock()).waiting() > 0
                    ? record(workspace, database)
                    : List.of();
        } catch (RuntimeException e) {
            warn(err, NOT_YET + reason(e), hint(e, LATER));
            return List.of();
        }
    }

    /** The same for a command that is done but for this: nobody waits long for a repository that hangs, or for all that waits. */
    public static List<Added> recordInTime(
            Supplier<Workspace> configured, StateDatabase database, PrintWriter err, Duration patience)
            throws InterruptedException {
        var problems = new StringWriter();
        var recorded = new CompletableFuture<List<Added>>();
        var recording = Thread.ofVirtual()
                .name("evidence")
                .start(() ->
                        recorded.complete(recordIfConfigured(configured, database, new PrintWriter(problems, true))));
        try {
            var heads = recorded.get(patience.toMillis(), TimeUnit.MILLISECONDS);
            err.print(problems);
            err.flush();
            return heads;
        } catch (TimeoutException _) {
            recording.interrupt();
            warn(err, NOT_YET + "it takes longer than %d s".formatted(patience.toSeconds()), LATER);
        } catch (ExecutionException e) {
            throw new IllegalStateException("what fails is a warning", e);
        }
        return List.of();
    }

    private static String reason(RuntimeException e) {
        LOG.debug("cannot record evidence", e);
        if (e.getCause() instanceof FileSystemException refusal) {
            return "'%s' cannot be used: %s".formatted(refusal.getFile(), FailureReport.reason(refusal));
        }
        return e instanceof HoldfastException || e instanceof UncheckedIOException
                ? String.valueOf(e.getMessage())
                : e.toString();
    }

    private static String hint(RuntimeException e, String otherwise) {
        return e instanceof HoldfastException known ? known.hint() : otherwise;
    }

    private static void warn(PrintWriter err, String message, String hint) {
        err.println("WARNING: %s%nHINT: %s".formatted(message, hint));
    }
}
