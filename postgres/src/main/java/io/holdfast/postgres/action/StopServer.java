package io.holdfast.postgres.action;

import io.holdfast.plan.action.ActionDescriptor;
import io.holdfast.plan.action.PostgresActions;
import io.holdfast.problem.Finding;
import io.holdfast.runbook.action.Call;
import io.holdfast.runbook.action.CarefulAction;
import io.holdfast.runbook.action.Outcome;
import io.holdfast.runbook.action.Outputs;
import io.holdfast.runbook.action.Pause;
import io.holdfast.runbook.action.UnusableInputException;
import io.holdfast.runbook.action.Verdict;
import java.util.List;
import java.util.Set;

/** {@code postgres.stop}. */
public final class StopServer extends CarefulAction {

    private static final Set<String> MODES = Set.of("smart", "fast", "immediate");

    private final PostgresHost host;
    private final Pause pause;

    public StopServer(PostgresHost host, Pause pause) {
        this.host = host;
        this.pause = pause;
    }

    @Override
    public ActionDescriptor descriptor() {
        return PostgresActions.STOP;
    }

    private static String mode(Call call) {
        var mode = call.inputs().textIfGiven("mode").orElse("fast");
        if (!MODES.contains(mode)) {
            throw new UnusableInputException("mode", "is '%s'".formatted(mode), "use one of fast, immediate, smart");
        }
        return mode;
    }

    @Override
    protected void look(Call call, List<Finding> findings) {
        mode(call);
        var server = LocalServer.of(call.inputs(), host);
        findings.add(Finding.passed(
                "stop.server",
                server.running()
                        .map(running -> "process %d runs in '%s'".formatted(running.pid(), server.directory()))
                        .orElseGet(() -> "no server runs in '%s'".formatted(server.directory()))));
    }

    @Override
    public String intention(Call call) {
        return "stop the server in '%s'".formatted(call.inputs().text("directory"));
    }

    @Override
    protected Outcome act(Call call) throws InterruptedException {
        var mode = mode(call);
        var server = LocalServer.of(call.inputs(), host);
        server.stop(mode, pause);
        return new Outcome.Succeeded(Outputs.of("state", server.isShutDown() ? "shut down" : "not shut down"));
    }

    @Override
    protected Verdict hold(Call call, Outputs outputs) {
        var server = LocalServer.of(call.inputs(), host);
        return server.running()
                .<Verdict>map(running ->
                        new Verdict.Fails("process %d runs in '%s'".formatted(running.pid(), server.directory())))
                .orElseGet(Verdict.Holds::new);
    }
}
