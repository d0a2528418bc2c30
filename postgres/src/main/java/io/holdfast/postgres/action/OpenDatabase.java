package io.holdfast.postgres.action;

import io.holdfast.plan.action.ActionDescriptor;
import io.holdfast.plan.action.PostgresActions;
import io.holdfast.problem.Finding;
import io.holdfast.runbook.action.Call;
import io.holdfast.runbook.action.CarefulAction;
import io.holdfast.runbook.action.Outcome;
import io.holdfast.runbook.action.Outputs;
import io.holdfast.runbook.action.Verdict;
import java.util.List;
import java.util.Set;

/** {@code postgres.open-database}. */
public final class OpenDatabase extends CarefulAction {

    @Override
    public ActionDescriptor descriptor() {
        return PostgresActions.OPEN_DATABASE;
    }

    @Override
    protected void look(Call call, List<Finding> findings) throws InterruptedException {
        findings.addAll(lookAt(call, "open-database"));
    }

    /** That it is there, and that the role may change it. */
    static List<Finding> lookAt(Call call, String action) throws InterruptedException {
        var name = DatabaseName.of(call.inputs(), "database");
        var server = Server.of(call.inputs());
        return server.beside(Set.of(name.text()), session -> {
            new Databases(session).require(name, server);
            return List.of(
                    new Rights(session).owns(name)
                            ? Finding.passed(action + ".database", "database '%s' is at %s".formatted(name, server))
                            : Finding.error(
                                    action + ".owner",
                                    "the role does not own database '%s' at %s".formatted(name, server),
                                    "log in as its owner or as a superuser"));
        });
    }

    @Override
    public String intention(Call call) {
        return "let clients connect to database '%s' at %s again"
                .formatted(call.inputs().text("database"), call.inputs().text("server"));
    }

    @Override
    protected Outcome act(Call call) throws InterruptedException {
        var name = DatabaseName.of(call.inputs(), "database");
        var server = Server.of(call.inputs());
        return server.beside(Set.of(name.text()), session -> {
            var databases = new Databases(session);
            databases.require(name, server);
            session.execute(databases.allowing(name, true));
            return new Outcome.Succeeded(Outputs.NONE);
        });
    }

    @Override
    protected Verdict hold(Call call, Outputs outputs) throws InterruptedException {
        var name = DatabaseName.of(call.inputs(), "database");
        return Server.of(call.inputs())
                .beside(
                        Set.of(name.text()),
                        session -> new Databases(session)
                                        .find(name)
                                        .filter(Databases.Database::open)
                                        .isPresent()
                                ? new Verdict.Holds()
                                : new Verdict.Fails("database '%s' takes no connections".formatted(name)));
    }
}
