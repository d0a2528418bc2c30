package io.holdfast.postgres.action;

import io.holdfast.plan.action.ActionDescriptor;
import io.holdfast.plan.action.PostgresActions;
import io.holdfast.postgres.archive.Generation;
import io.holdfast.postgres.archive.MemberName;
import io.holdfast.postgres.backup.BackupProgress;
import io.holdfast.postgres.backup.BackupRequest;
import io.holdfast.postgres.backup.BaseBackup;
import io.holdfast.postgres.cluster.ServerFacts;
import io.holdfast.postgres.mirror.Mirrors;
import io.holdfast.postgres.protect.LocalAnswer;
import io.holdfast.postgres.restore.StoredBackup;
import io.holdfast.problem.Finding;
import io.holdfast.repository.copy.BackupCopy;
import io.holdfast.repository.copy.CopyProgress;
import io.holdfast.repository.manifest.Manifest;
import io.holdfast.repository.pack.BackupId;
import io.holdfast.runbook.action.Call;
import io.holdfast.runbook.action.CarefulAction;
import io.holdfast.runbook.action.Outcome;
import io.holdfast.runbook.action.Outputs;
import io.holdfast.runbook.action.Pause;
import io.holdfast.runbook.action.StepLog;
import io.holdfast.runbook.action.UnusableInputException;
import java.util.LinkedHashMap;
import java.util.List;

/** {@code postgres.backup}. */
public final class TakeBackup extends CarefulAction {

    private final PostgresHost host;
    private final Pause pause;

    public TakeBackup(PostgresHost host, Pause pause) {
        this.host = host;
        this.pause = pause;
    }

    @Override
    public ActionDescriptor descriptor() {
        return PostgresActions.BACKUP;
    }

    private BackupRequest request(Call call) {
        var inputs = call.inputs();
        var request = host.backup(RepositoryPlace.of(inputs))
                .withServer(Server.of(inputs).settings())
                .withKind(kind(call));
        request = inputs.textIfGiven("member")
                .map(TakeBackup::member)
                .map(request::withMember)
                .orElse(request);
        return inputs.has("jobs") ? request.withJobs(jobs(call)) : request;
    }

    private static MemberName member(String text) {
        if (!MemberName.isValid(text)) {
            throw new UnusableInputException(
                    "member", "is not the name of a member: '%s'".formatted(text), "use letters, digits and hyphens");
        }
        return new MemberName(text);
    }

    static int jobs(Call call) {
        return Math.clamp(call.inputs().integer("jobs", 1), 1, 1024);
    }

    private static BackupId.Kind kind(Call call) {
        var type = call.inputs().textIfGiven("type").orElse("incr");
        return switch (type) {
            case "incr" -> BackupId.Kind.INCREMENTAL;
            case "full" -> BackupId.Kind.FULL;
            default -> throw new UnusableInputException("type", "is '%s'".formatted(type), "use one of full, incr");
        };
    }

    @Override
    protected void look(Call call, List<Finding> findings) throws InterruptedException {
        var request = request(call);
        try (var repository = host.openForReading(RepositoryPlace.of(call.inputs()))) {
            var facts = Server.of(call.inputs()).in(request.server().database(), ServerFacts::read);
            Generation.refuseOther(repository, facts.systemIdentifier());
            if (!Server.of(call.inputs())
                    .in(
                            request.server().database(),
                            session -> new Rights(session)
                                    .takesBackups(facts.version().major()))) {
                findings.add(Finding.error(
                        "backup.role",
                        "the role may not take backups at %s"
                                .formatted(request.server().address()),
                        "log in as a superuser, or grant it pg_read_all_settings and EXECUTE on the functions that begin and"
                                + " end a backup"));
                return;
            }
            findings.add(Finding.passed(
                    "backup.server",
                    "repository '%s' can take a backup of %s"
                            .formatted(repository.name(), request.server().address())));
        }
    }

    @Override
    public String intention(Call call) {
        return "take a backup of %s into '%s'"
                .formatted(call.inputs().text("server"), call.inputs().text("repository"));
    }

    @Override
    protected Outcome act(Call call) throws InterruptedException {
        var request = request(call);
        var place = RepositoryPlace.of(call.inputs());
        var answered = host.stateFolder(place).map(LocalAnswer::before);
        try (var repository = host.openForWriting(place)) {
            repository.writeObstacle().ifPresent(obstacle -> {
                throw obstacle;
            });
            var manifest =
                    new BaseBackup(repository, request, new Phases(call.log()), call.clock(), pause::pause).take();
            Mirrors.of(
                            repository,
                            new BackupCopy.Settings(call.id(), BackupRequest.defaultJobs()),
                            new Copying(call.log()))
                    .ifPresent(mirrors -> mirrors.complete(manifest.id()));
            answered.ifPresent(answer -> answer.taken(call.log()::line));
            return outcome(manifest);
        }
    }

    private static Outcome outcome(Manifest manifest) {
        var details = StoredBackup.of(manifest).details();
        if (details.damagedPageCount() > 0) {
            return new Outcome.Failed(
                    "backup %s is stored with %d damaged pages".formatted(manifest.id(), details.damagedPageCount()),
                    "find out which relations they are, and restore an older backup beside this cluster to compare",
                    false);
        }
        var outputs = new LinkedHashMap<String, String>();
        outputs.put("backup", manifest.id().text());
        outputs.put("type", manifest.id().kind() == BackupId.Kind.FULL ? "full" : "incr");
        outputs.put("bytes", Long.toString(manifest.totals().bytes()));
        outputs.put("stop-lsn", details.stop().toString());
        outputs.put("stop-time", details.stopTime().toString());
        outputs.put("damaged-pages", "0");
        return new Outcome.Succeeded(new Outputs(outputs));
    }

    /** Tells what it does at the moment. */
    private record Phases(StepLog log) implements BackupProgress {

        @Override
        public void phase(Phase phase) {
            log.line(phase.description());
        }

        @Override
        public void expected(long bytes) {
            log.line("%d bytes to read".formatted(bytes));
        }

        @Override
        public void advanced(long bytes) {}

        @Override
        public void spared(long bytes) {}
    }

    /** Tells what it brings to the other places of a repository that is in several. */
    private record Copying(StepLog log) implements CopyProgress {

        @Override
        public void expected(String what, long objects, long bytes) {
            log.line("copying %s: %d objects, %d bytes".formatted(what, objects, bytes));
        }

        @Override
        public void advanced(long bytes) {}

        @Override
        public void remark(String remark, String hint) {
            log.line("%s; %s".formatted(remark, hint));
        }
    }
}
