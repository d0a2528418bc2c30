package io.holdfast.postgres.action;

import io.holdfast.plan.action.ActionDescriptor;
import io.holdfast.plan.action.PostgresActions;
import io.holdfast.problem.Finding;
import io.holdfast.runbook.action.Call;
import io.holdfast.runbook.action.CarefulAction;
import io.holdfast.runbook.action.Outcome;
import io.holdfast.runbook.action.Outputs;
import io.holdfast.runbook.action.Probe;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** {@code postgres.create-database}. */
public final class CreateDatabase extends CarefulAction {

    @Override
    public ActionDescriptor descriptor() {
        return PostgresActions.CREATE_DATABASE;
    }

    private static Optional<DatabaseName> model(Call call) {
        return call.inputs().has("like") ? Optional.of(DatabaseName.of(call.inputs(), "like")) : Optional.empty();
    }

    @Override
    protected void look(Call call, List<Finding> findings) throws InterruptedException {
        var name = DatabaseName.of(call.inputs(), "database");
        var server = Server.of(call.inputs());
        findings.add(server.beside(Set.of(name.text()), session -> {
            var databases = new Databases(session);
            if (databases.isThere(name)) {
                throw DatabaseException.taken(name, server);
            }
            model(call).ifPresent(model -> databases.require(model, server));
            return new Rights(session).createsDatabases()
                    ? Finding.passed("create-database.name", "'%s' is free at %s".formatted(name, server))
                    : Finding.error(
                            "create-database.role",
                            "the role may not create databases at %s".formatted(server),
                            "log in as another role, or grant it: ALTER ROLE ... CREATEDB");
        }));
    }

    @Override
    public String intention(Call call) {
        return "create database '%s' at %s"
                .formatted(call.inputs().text("database"), call.inputs().text("server"));
    }

    @Override
    protected Probe ask(Call call) throws InterruptedException {
        var name = DatabaseName.of(call.inputs(), "database");
        var mark = Mark.of("create", call);
        return Server.of(call.inputs())
                .beside(
                        Set.of(name.text()),
                        session -> new Databases(session)
                                        .find(name)
                                        .filter(found -> found.bears(mark))
                                        .isPresent()
                                ? new Probe.Done(Outputs.NONE)
                                : new Probe.NotDone());
    }

    @Override
    protected Outcome act(Call call) throws InterruptedException {
        var name = DatabaseName.of(call.inputs(), "database");
        var server = Server.of(call.inputs());
        var mark = Mark.of("create", call);
        var found = server.beside(Set.of(name.text()), session -> new Databases(session).find(name));
        if (found.filter(database -> database.bears(mark)).isPresent()) {
            return new Outcome.Succeeded(Outputs.NONE);
        }
        if (found.isPresent()) {
            // Of an attempt that was cut off, or somebody's: empty, it will do.
            server.in(name.text(), Emptiness::found).ifPresent(what -> {
                throw DatabaseException.notEmpty(name, server, what);
            });
        }
        return server.beside(Set.of(name.text()), session -> {
            var databases = new Databases(session);
            var likeness = model(call).map(model -> {
                databases.require(model, server);
                return Likeness.of(databases, model);
            });
            if (found.isEmpty()) {
                session.execute(databases.statement("CREATE DATABASE %I TEMPLATE template0", name)
                        + likeness.map(as -> " " + as.creation()).orElse(""));
            }
            call.inputs()
                    .textIfGiven("owner")
                    .ifPresent(owner ->
                            session.execute(databases.statement("ALTER DATABASE %I OWNER TO %I", name, owner)));
            likeness.ifPresent(as -> as.give(databases, name));
            var comment = found.map(Databases.Database::comment).orElse("");
            session.execute(databases.commenting(name, mark.addedTo(comment)));
            return new Outcome.Succeeded(Outputs.NONE);
        });
    }
}
