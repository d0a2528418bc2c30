package io.holdfast.postgres.action;

import io.holdfast.plan.action.ActionDescriptor;
import io.holdfast.plan.action.PostgresActions;
import io.holdfast.postgres.restore.Restore;
import io.holdfast.problem.Finding;
import io.holdfast.runbook.action.Call;
import io.holdfast.runbook.action.CarefulAction;
import io.holdfast.runbook.action.Inputs;
import io.holdfast.runbook.action.Outcome;
import io.holdfast.runbook.action.Outputs;
import io.holdfast.runbook.action.Pause;
import io.holdfast.runbook.action.UnusableInputException;
import io.holdfast.runbook.action.Verdict;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/** {@code postgres.start}. */
public final class StartServer extends CarefulAction {

    private final PostgresHost host;
    private final Pause pause;

    public StartServer(PostgresHost host, Pause pause) {
        this.host = host;
        this.pause = pause;
    }

    @Override
    public ActionDescriptor descriptor() {
        return PostgresActions.START;
    }

    static OptionalLong port(Inputs inputs) {
        if (!inputs.has("port")) {
            return OptionalLong.empty();
        }
        var port = inputs.integer("port", 0);
        if (port < 1 || port > 65535) {
            throw new UnusableInputException("port", "is not a port: %d".formatted(port), "use one from 1 to 65535");
        }
        return OptionalLong.of(port);
    }

    @Override
    protected void look(Call call, List<Finding> findings) {
        port(call.inputs());
        var server = LocalServer.of(call.inputs(), host);
        findings.add(
                server.running().isPresent()
                        ? Finding.passed("start.server", "a server runs in '%s' already".formatted(server.directory()))
                        : Finding.passed(
                                "start.programs",
                                "'%s' can start the server in '%s'".formatted(server.bin(), server.directory())));
    }

    @Override
    public String intention(Call call) {
        return "start the server in '%s'".formatted(call.inputs().text("directory"));
    }

    @Override
    protected Outcome act(Call call) throws InterruptedException {
        var port = port(call.inputs());
        var server = LocalServer.of(call.inputs(), host);
        if (Restore.isUnfinished(server.directory())) {
            return new Outcome.Failed(
                    "the restore into '%s' is not finished".formatted(server.directory()),
                    "run the step that restores it again",
                    false);
        }
        var running = server.running();
        if (running.isPresent()) {
            port.ifPresent(wanted -> {
                if (!running.get().port().equals(Long.toString(wanted))) {
                    throw HostException.otherPort(
                            server.directory(), running.get().port(), wanted);
                }
            });
            return new Outcome.Succeeded(server.outputs(running.get()));
        }
        var settings = port.isPresent() ? Map.of("port", Long.toString(port.getAsLong())) : Map.<String, String>of();
        return new Outcome.Succeeded(server.outputs(server.start(settings, pause)));
    }

    @Override
    protected Verdict hold(Call call, Outputs outputs) {
        return LocalServer.of(call.inputs(), host).running().isPresent()
                ? new Verdict.Holds()
                : new Verdict.Fails(
                        "no server runs in '%s'".formatted(call.inputs().text("directory")));
    }
}
