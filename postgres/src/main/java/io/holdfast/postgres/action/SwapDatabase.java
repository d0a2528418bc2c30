package io.holdfast.postgres.action;

import io.holdfast.plan.action.ActionDescriptor;
import io.holdfast.plan.action.PostgresActions;
import io.holdfast.postgres.action.Databases.Database;
import io.holdfast.postgres.cluster.SqlSession;
import io.holdfast.problem.Finding;
import io.holdfast.problem.HoldfastException;
import io.holdfast.runbook.action.Call;
import io.holdfast.runbook.action.CarefulAction;
import io.holdfast.runbook.action.Inputs;
import io.holdfast.runbook.action.Outcome;
import io.holdfast.runbook.action.Outputs;
import io.holdfast.runbook.action.Pause;
import io.holdfast.runbook.action.Probe;
import io.holdfast.runbook.action.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * {@code postgres.swap-database}. First the replacement gets the mark of this step and both databases are closed, in one
 * transaction; then, when nobody is connected, both are renamed, in another. What a crash can leave is told by the mark: it
 * is on the replacement before the rename, and on the live name after it, when nothing has the replacement's name. An attempt
 * that fails takes the mark away again.
 */
public final class SwapDatabase extends CarefulAction {

    private final Pause pause;

    public SwapDatabase(Pause pause) {
        this.pause = pause;
    }

    @Override
    public ActionDescriptor descriptor() {
        return PostgresActions.SWAP_DATABASE;
    }

    private record Names(DatabaseName live, DatabaseName replacement, DatabaseName kept) {

        static Names of(Inputs inputs) {
            var names = new Names(
                    DatabaseName.of(inputs, "database"),
                    DatabaseName.of(inputs, "replacement"),
                    DatabaseName.of(inputs, "keep-as"));
            if (names.all().size() < 3) {
                throw DatabaseException.same(names.live.equals(names.kept) ? names.live : names.replacement);
            }
            return names;
        }

        Set<String> all() {
            return Set.copyOf(List.of(live.text(), replacement.text(), kept.text()));
        }
    }

    /** How far it has come. */
    private sealed interface Progress {

        record NotBegun(Database live, Database replacement) implements Progress {}

        /** The live database has been renamed, and nothing has its name: by hand, for here both are renamed at once. */
        record HalfWay(Database replacement) implements Progress {}

        record Swapped() implements Progress {}
    }

    private static Progress progress(Names names, Server server, Databases databases, Mark mark) {
        var live = databases.find(names.live);
        var replacement = databases.find(names.replacement);
        var kept = databases.find(names.kept);
        if (live.filter(found -> found.bears(mark)).isPresent() && replacement.isEmpty()) {
            return new Progress.Swapped();
        }
        if (replacement.isEmpty()) {
            throw DatabaseException.missing(names.replacement, server);
        }
        if (live.isEmpty() && kept.isPresent() && replacement.get().bears(mark)) {
            return new Progress.HalfWay(replacement.get());
        }
        if (live.isEmpty()) {
            throw DatabaseException.missing(names.live, server);
        }
        if (kept.isPresent()) {
            throw DatabaseException.taken(names.kept, server);
        }
        return new Progress.NotBegun(live.get(), replacement.get());
    }

    @Override
    protected void look(Call call, List<Finding> findings) throws InterruptedException {
        var names = Names.of(call.inputs());
        var server = Server.of(call.inputs());
        findings.addAll(server.beside(names.all(), session -> {
            var databases = new Databases(session);
            databases.require(names.live, server);
            if (databases.isThere(names.kept)) {
                throw DatabaseException.taken(names.kept, server);
            }
            var replaced = databases.isThere(names.replacement);
            var owned = replaced ? List.of(names.live, names.replacement) : List.of(names.live);
            var missing = missingRights(new Rights(session), owned, server);
            if (!replaced) {
                missing.add(Finding.notice(
                        "swap-database.replacement",
                        "there is no database '%s' at %s yet".formatted(names.replacement, server),
                        "a step before this one must make it"));
            }
            return missing.isEmpty()
                    ? List.of(Finding.passed(
                            "swap-database.names",
                            "'%s' can take the place of '%s' at %s".formatted(names.replacement, names.live, server)))
                    : missing;
        }));
    }

    private static List<Finding> missingRights(Rights rights, List<DatabaseName> owned, Server server) {
        var missing = new ArrayList<Finding>();
        for (var name : owned) {
            if (!rights.owns(name)) {
                missing.add(Finding.error(
                        "swap-database.owner",
                        "the role does not own database '%s' at %s".formatted(name, server),
                        "log in as its owner or as a superuser"));
            }
        }
        if (!rights.createsDatabases()) {
            missing.add(Finding.error(
                    "swap-database.role",
                    "the role may not rename databases at %s".formatted(server),
                    "log in as another role, or grant it: ALTER ROLE ... CREATEDB"));
        }
        if (!rights.endsSessionsOfOthers()) {
            missing.add(Finding.warning(
                    "swap-database.sessions",
                    "the role may not end sessions of other roles at %s".formatted(server),
                    "log in as the role of the application, or grant it: GRANT pg_signal_backend TO ..."));
        }
        return missing;
    }

    @Override
    public String intention(Call call) {
        var inputs = call.inputs();
        return "end all sessions of '%s' and '%s' at %s, keep '%s' as '%s', and put '%s' in its place"
                .formatted(
                        inputs.text("database"),
                        inputs.text("replacement"),
                        inputs.text("server"),
                        inputs.text("database"),
                        inputs.text("keep-as"),
                        inputs.text("replacement"));
    }

    @Override
    protected Probe ask(Call call) throws InterruptedException {
        var names = Names.of(call.inputs());
        var mark = Mark.of("swap", call);
        return Server.of(call.inputs()).beside(names.all(), session -> {
            var databases = new Databases(session);
            var live = databases.find(names.live).filter(found -> found.bears(mark) && found.open());
            // One that is there again was made by an earlier step that was done anew.
            return live.isPresent() && !databases.isThere(names.replacement)
                    ? new Probe.Done(outputs(names))
                    : new Probe.NotDone();
        });
    }

    @Override
    protected Outcome act(Call call) throws InterruptedException {
        var names = Names.of(call.inputs());
        var server = Server.of(call.inputs());
        var mark = Mark.of("swap", call);
        return server.beside(names.all(), session -> {
            var databases = new Databases(session);
            switch (progress(names, server, databases, mark)) {
                case Progress.Swapped _ -> session.execute(databases.allowing(names.live, true));
                case Progress.HalfWay(var replacement) -> finish(names, databases, replacement);
                case Progress.NotBegun(var live, var replacement) ->
                    new Swap(call, server, names, databases, mark).run(live, replacement);
            }
            return new Outcome.Succeeded(outputs(names));
        });
    }

    /** One attempt. */
    private final class Swap {

        private final Call call;
        private final Server server;
        private final Names names;
        private final Databases databases;
        private final Mark mark;

        /** Beside the other, where the live database was closed before this step. */
        private final Mark closed;

        Swap(Call call, Server server, Names names, Databases databases, Mark mark) {
            this.call = call;
            this.server = server;
            this.names = names;
            this.databases = databases;
            this.mark = mark;
            this.closed = Mark.of("swap-of-closed", call);
        }

        void run(Database live, Database replacement) throws InterruptedException {
            // What an attempt closed that a crash has ended is to be open again if this one fails.
            var again = replacement.bears(mark);
            var open = again ? !replacement.bears(closed) : live.open();
            var marked = mark.addedTo(replacement.comment());
            var session = databases.session();
            session.together(List.of(
                    databases.commenting(names.replacement, open ? marked : marked + "\n" + closed.line()),
                    databases.allowing(names.live, false),
                    databases.allowing(names.replacement, false)));
            var swapped = false;
            try {
                var ended = databases.endSessions(names.live, pause) + databases.endSessions(names.replacement, pause);
                call.log().line("%d sessions were ended".formatted(ended));
                session.together(List.of(
                        databases.statement("ALTER DATABASE %I RENAME TO %I", names.live, names.kept),
                        databases.statement("ALTER DATABASE %I RENAME TO %I", names.replacement, names.live),
                        databases.allowing(names.live, true)));
                swapped = true;
            } finally {
                if (!swapped) {
                    var comment = replacement.comment();
                    reopen(open, again || replacement.open(), again ? Mark.withoutAny(comment) : comment);
                }
            }
        }

        /** An attempt that failed shuts nobody out. In a session of its own: an interrupt has ended the other one. */
        private void reopen(boolean live, boolean replacement, String comment) {
            var interrupted = Thread.interrupted();
            try (var session = SqlSession.open(server.settings())) {
                var again = new Databases(session);
                session.together(List.of(
                        again.commenting(names.replacement, comment),
                        again.allowing(names.live, live),
                        again.allowing(names.replacement, replacement)));
            } catch (HoldfastException e) {
                call.log()
                        .line("'%s' and '%s' may have stayed closed: %s"
                                .formatted(names.live, names.replacement, e.getMessage()));
            } finally {
                if (interrupted) {
                    Thread.currentThread().interrupt();
                }
            }
        }
    }

    private void finish(Names names, Databases databases, Database replacement) throws InterruptedException {
        databases.session().execute(databases.allowing(new DatabaseName(replacement.name()), false));
        databases.endSessions(names.replacement, pause);
        databases
                .session()
                .together(List.of(
                        databases.statement("ALTER DATABASE %I RENAME TO %I", names.replacement, names.live),
                        databases.allowing(names.live, true)));
    }

    private static Outputs outputs(Names names) {
        return Outputs.of("kept", names.kept.text());
    }

    @Override
    protected Verdict hold(Call call, Outputs outputs) throws InterruptedException {
        return ask(call) instanceof Probe.Done
                ? new Verdict.Holds()
                : new Verdict.Fails("database '%s' is not the restored one"
                        .formatted(call.inputs().text("database")));
    }
}
