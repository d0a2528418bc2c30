package io.holdfast.postgres.action;

import io.holdfast.embedded.UnprivilegedUser;
import io.holdfast.plan.action.ActionDescriptor;
import io.holdfast.plan.action.PostgresActions;
import io.holdfast.postgres.restore.RecoveryEnd;
import io.holdfast.postgres.restore.RecoveryRemains;
import io.holdfast.postgres.restore.Restore;
import io.holdfast.postgres.restore.RestorePlan;
import io.holdfast.postgres.restore.RestoreProgress;
import io.holdfast.postgres.restore.RestoreRequest;
import io.holdfast.postgres.restore.RestoreResult;
import io.holdfast.postgres.restore.ServerStart;
import io.holdfast.postgres.restore.TargetAction;
import io.holdfast.problem.Finding;
import io.holdfast.repository.Repository;
import io.holdfast.runbook.action.Call;
import io.holdfast.runbook.action.CarefulAction;
import io.holdfast.runbook.action.Outcome;
import io.holdfast.runbook.action.Outputs;
import io.holdfast.runbook.action.Pause;
import io.holdfast.runbook.action.Probe;
import io.holdfast.runbook.action.Verdict;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * {@code postgres.restore}. When all files are there and forced to disk, and before the directory is one that a server
 * starts from, a receipt of this step is put into it: from then on another attempt only starts the server.
 */
public final class RestoreCluster extends CarefulAction {

    /** In the data directory; no backup takes it along. */
    static final String RECEIPT = "holdfast-step.json";

    private static final Duration LOOK_AGAIN = Duration.ofMillis(50);

    private final PostgresHost host;
    private final Pause pause;

    public RestoreCluster(PostgresHost host, Pause pause) {
        this.host = host;
        this.pause = pause;
    }

    @Override
    public ActionDescriptor descriptor() {
        return PostgresActions.RESTORE;
    }

    @Override
    protected void look(Call call, List<Finding> findings) {
        var wanted = RestoreInputs.of(call.inputs());
        try (var repository = host.openForReading(wanted.place())) {
            var plan = restore(call, repository, wanted.request(call, host), RestoreProgress.NONE)
                    .plan();
            findings.add(Finding.passed(
                    "restore.target",
                    "%s can be reached from backup %s, with %d bytes of WAL"
                            .formatted(plan.target().describe(), plan.backup().id(), plan.walBytes())));
            plan.notes().forEach(note -> findings.add(Finding.notice("restore.note", note, "see whether it matters")));
            if (wanted.start()) {
                findings.add(Finding.passed("restore.programs", "'%s' can start it".formatted(bin(call, plan))));
            }
        }
    }

    @Override
    public String intention(Call call) {
        return "restore '%s' to %s into '%s'"
                .formatted(
                        call.inputs().text("repository"),
                        call.inputs().textIfGiven("to").orElse("latest"),
                        call.inputs().text("directory"));
    }

    private Restore restore(Call call, Repository repository, RestoreRequest request, RestoreProgress progress) {
        return new Restore(repository, request, progress, call.clock(), pause::pause);
    }

    private Path bin(Call call, RestorePlan plan) {
        return call.inputs().has("bin-directory")
                ? HostPath.of(call.inputs(), "bin-directory")
                : host.binDirectory(plan.backup().details().serverVersion() / 10000);
    }

    /** A receipt of this step in a directory that is whole. */
    private static Optional<Receipt> receipt(Call call, Path directory) {
        return Receipt.read(directory.resolve(RECEIPT))
                .filter(receipt -> receipt.isOf(call) && !Restore.isUnfinished(directory));
    }

    @Override
    protected Probe ask(Call call) {
        var wanted = RestoreInputs.of(call.inputs());
        var receipt = receipt(call, wanted.directory());
        if (receipt.filter(Receipt::complete).isEmpty() || !isUp(wanted)) {
            return new Probe.NotDone();
        }
        return new Probe.Done(receipt.get().asOutputs());
    }

    /** Whether its server has come as far as it was to come. */
    private static boolean isUp(RestoreInputs wanted) {
        if (!wanted.start()) {
            return true;
        }
        var running = RunningServer.in(wanted.directory()).isPresent();
        return switch (wanted.action()) {
            case PROMOTE -> running && RecoveryRemains.in(wanted.directory()).recoveryHasEnded();
            case PAUSE -> running;
            case SHUTDOWN -> !running;
        };
    }

    @Override
    protected Outcome act(Call call) throws InterruptedException {
        var wanted = RestoreInputs.of(call.inputs());
        var receipt = receipt(call, wanted.directory());
        return receipt.isPresent() ? goOn(call, wanted, receipt.get()) : restore(call, wanted);
    }

    private Outcome restore(Call call, RestoreInputs wanted) {
        try (var repository = host.openToRestore(wanted.place())) {
            var request = wanted.request(call, host);
            var plan = restore(call, repository, request, RestoreProgress.NONE).plan();
            if (wanted.start()) {
                request = request.withStart(new ServerStart(bin(call, plan), Map.of()));
            }
            var steps = new Steps(call, wanted, outputs(wanted, plan));
            var begun = false;
            try {
                var done = restore(call, repository, request, steps).run();
                begun = true;
                return outcome(call, wanted, done);
            } finally {
                if (!begun && steps.serverMayRun) {
                    killIn(wanted.directory());
                }
            }
        }
    }

    private static void killIn(Path directory) {
        new LocalServer(directory, directory, UnprivilegedUser.ownerOf(directory)).kill();
    }

    private static Outcome outcome(Call call, RestoreInputs wanted, RestoreResult done) {
        var outputs = outputs(wanted, done.plan());
        outputs.put("bytes", Long.toString(done.copiedBytes()));
        outputs.put("files", Long.toString(done.files()));
        return finished(call, wanted, outputs, done.end());
    }

    /** If all is as planned, its receipt says so, with all that it answers. */
    private static Outcome finished(
            Call call, RestoreInputs wanted, Map<String, String> outputs, Optional<RecoveryEnd> end) {
        RunningServer.in(wanted.directory()).ifPresent(server -> {
            outputs.put("server", server.address());
            outputs.put("port", server.port());
            outputs.put("pid", Long.toString(server.pid()));
            outputs.put(
                    "log", wanted.directory().resolve(RestoreResult.SERVER_LOG).toString());
        });
        end.map(RecoveryEnd::explain).ifPresent(call.log()::line);
        var file = wanted.directory().resolve(RECEIPT);
        if (end.filter(found -> !found.isAsPlanned()).isPresent()) {
            // Nobody is to take it for what was asked for.
            Receipt.remove(file);
            return new Outcome.Failed(
                    end.get().explain(),
                    "do not use '%s' before you have looked at it".formatted(wanted.directory()),
                    false);
        }
        var receipt = Receipt.of(call, new Outputs(outputs));
        receipt.write(file, UnprivilegedUser.ownerOf(wanted.directory()));
        return new Outcome.Succeeded(receipt.asOutputs());
    }

    /** What was restored before a crash is started, if it does not run, and waited for. */
    private Outcome goOn(Call call, RestoreInputs wanted, Receipt receipt) throws InterruptedException {
        call.log().line("'%s' was restored by an earlier attempt".formatted(wanted.directory()));
        if (wanted.start() && !receipt.complete()) {
            call.log().line("where recovery ends is not compared with the plan: look at the data");
        }
        if (wanted.start() && wanted.action() == TargetAction.SHUTDOWN && !receipt.complete()) {
            return new Outcome.Failed(
                    "an earlier attempt was cut off while the server in '%s' recovered".formatted(wanted.directory()),
                    "see its log, or restore into another folder",
                    false);
        }
        if (wanted.start() && wanted.action() != TargetAction.SHUTDOWN) {
            var server = LocalServer.of(call.inputs(), host);
            if (server.running().isEmpty()) {
                server.start(Map.of(), pause);
            }
            if (wanted.action() == TargetAction.PROMOTE) {
                awaitProduction(server);
            }
        }
        return finished(call, wanted, new LinkedHashMap<>(receipt.outputs()), Optional.empty());
    }

    private void awaitProduction(LocalServer server) throws InterruptedException {
        var remains = RecoveryRemains.in(server.directory());
        while (!remains.recoveryHasEnded() || !server.isInProduction()) {
            if (server.running().isEmpty()) {
                throw HostException.serverEnded(server.directory(), server.log(), "see there");
            }
            pause.pause(LOOK_AGAIN);
        }
        remains.remove();
    }

    /** As far as the plan tells; the rest is empty. */
    private static Map<String, String> outputs(RestoreInputs wanted, RestorePlan plan) {
        var outputs = new LinkedHashMap<String, String>();
        outputs.put("directory", wanted.directory().toString());
        outputs.put("backup", plan.backup().id().text());
        outputs.put("timeline", Integer.toString(plan.timeline().number()));
        outputs.put("stop-lsn", plan.stop().at().toString());
        outputs.put(
                "recovered-to",
                plan.lastCommit().map(commit -> commit.time().toString()).orElse(""));
        outputs.put("covered-until", plan.coveredUntil().map(Instant::toString).orElse(""));
        for (var unknown : List.of("bytes", "files", "server", "port", "pid", "log")) {
            outputs.put(unknown, "");
        }
        return outputs;
    }

    @Override
    protected Verdict hold(Call call, Outputs outputs) {
        return isUp(RestoreInputs.of(call.inputs()))
                ? new Verdict.Holds()
                : new Verdict.Fails("the restored server in '%s' does not run"
                        .formatted(outputs.values().get("directory")));
    }

    /** Tells what is done at the moment, and leaves the receipt and the port just before the directory becomes usable. */
    private static final class Steps implements RestoreProgress {

        private final Call call;
        private final RestoreInputs wanted;
        private final Map<String, String> outputs;
        private volatile boolean serverMayRun;

        Steps(Call call, RestoreInputs wanted, Map<String, String> outputs) {
            this.call = call;
            this.wanted = wanted;
            this.outputs = Map.copyOf(outputs);
        }

        @Override
        public void phase(Phase phase) {
            call.log().line(phase.description());
            switch (phase) {
                case FINISHING -> {
                    wanted.port()
                            .ifPresent(
                                    port -> PortSetting.in(wanted.directory()).write(port));
                    Receipt.of(call, new Outputs(outputs))
                            .incomplete()
                            .write(wanted.directory().resolve(RECEIPT), UnprivilegedUser.ownerOf(wanted.directory()));
                }
                case RECOVERING -> serverMayRun = true;
                case PLANNING, SAVING_WAL, COPYING, CONFIGURING, FORCING -> {
                    // Nothing to leave.
                }
            }
        }

        @Override
        public void expected(long bytes) {
            call.log().line("%d bytes to copy".formatted(bytes));
        }

        @Override
        public void advanced(long bytes) {}

        @Override
        public void remark(String line) {
            call.log().line(line);
        }

        @Override
        public void notHeld(String reason, Instant stored) {
            call.log().line("what is read could not be held: " + reason);
        }
    }
}
