package io.holdfast.postgres.action;

import io.holdfast.plan.action.ActionDescriptor;
import io.holdfast.plan.action.PostgresActions;
import io.holdfast.problem.Finding;
import io.holdfast.runbook.action.Call;
import io.holdfast.runbook.action.CarefulAction;
import io.holdfast.runbook.action.Outcome;
import io.holdfast.runbook.action.Outputs;
import io.holdfast.runbook.action.Pause;
import io.holdfast.runbook.action.Verdict;
import java.util.List;
import java.util.Set;

/** {@code postgres.close-database}. */
public final class CloseDatabase extends CarefulAction {

    private final Pause pause;

    public CloseDatabase(Pause pause) {
        this.pause = pause;
    }

    @Override
    public ActionDescriptor descriptor() {
        return PostgresActions.CLOSE_DATABASE;
    }

    @Override
    protected void look(Call call, List<Finding> findings) throws InterruptedException {
        findings.addAll(OpenDatabase.lookAt(call, "close-database"));
    }

    @Override
    public String intention(Call call) {
        return "let nobody connect to database '%s' at %s any more, and end its sessions"
                .formatted(call.inputs().text("database"), call.inputs().text("server"));
    }

    @Override
    protected Outcome act(Call call) throws InterruptedException {
        var name = DatabaseName.of(call.inputs(), "database");
        var server = Server.of(call.inputs());
        return server.beside(Set.of(name.text()), session -> {
            var databases = new Databases(session);
            databases.require(name, server);
            session.execute(databases.allowing(name, false));
            var ended = databases.endSessions(name, pause);
            return new Outcome.Succeeded(Outputs.of("ended", Long.toString(ended)));
        });
    }

    @Override
    protected Verdict hold(Call call, Outputs outputs) throws InterruptedException {
        var name = DatabaseName.of(call.inputs(), "database");
        return Server.of(call.inputs()).beside(Set.of(name.text()), session -> {
            var databases = new Databases(session);
            return databases.find(name).filter(found -> !found.open()).isPresent() && databases.isQuiet(name)
                    ? new Verdict.Holds()
                    : new Verdict.Fails("database '%s' takes connections".formatted(name));
        });
    }
}
