package io.holdfast.postgres.action;

import io.holdfast.plan.action.ActionDescriptor;
import io.holdfast.plan.action.PostgresActions;
import io.holdfast.postgres.cluster.ServerFacts;
import io.holdfast.problem.Finding;
import io.holdfast.runbook.action.Call;
import io.holdfast.runbook.action.CarefulAction;
import io.holdfast.runbook.action.Outcome;
import io.holdfast.runbook.action.Outputs;
import io.holdfast.runbook.action.Pause;
import io.holdfast.runbook.action.Probe;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * {@code postgres.restore-dump}. The database, empty then, gets the mark of this step first; since all comes in one
 * transaction, a marked database that is not empty has all of it.
 */
public final class RestoreDump extends CarefulAction {

    private final PostgresHost host;
    private final Pause pause;

    public RestoreDump(PostgresHost host, Pause pause) {
        this.host = host;
        this.pause = pause;
    }

    @Override
    public ActionDescriptor descriptor() {
        return PostgresActions.RESTORE_DUMP;
    }

    @Override
    protected void look(Call call, List<Finding> findings) throws InterruptedException {
        var name = DatabaseName.of(call.inputs(), "database");
        var server = Server.of(call.inputs());
        var facts = server.in("postgres", ServerFacts::read);
        findings.add(Finding.passed(
                "restore-dump.program",
                "'%s' can restore it".formatted(program(call, facts).file())));
        var file = file(call);
        findings.add(
                Files.isReadable(file)
                        ? Finding.passed("restore-dump.file", "'%s' is there".formatted(file))
                        : Finding.notice(
                                "restore-dump.file",
                                "there is no file '%s' yet".formatted(file),
                                "a step before this one must make it"));
        var there = server.beside(Set.of(name.text()), session -> new Databases(session).isThere(name));
        if (there) {
            if (!server.beside(Set.of(name.text()), session -> new Rights(session).createsIn(name))) {
                findings.add(Finding.error(
                        "restore-dump.role",
                        "the role may not create anything in database '%s' at %s".formatted(name, server),
                        "log in as its owner, or grant it: GRANT CREATE ON DATABASE ..."));
            }
            server.in(name.text(), Emptiness::found).ifPresent(what -> {
                throw DatabaseException.notEmpty(name, server, what);
            });
        } else {
            findings.add(Finding.notice(
                    "restore-dump.database",
                    "there is no database '%s' at %s yet".formatted(name, server),
                    "a step before this one must make it"));
        }
    }

    private static Path file(Call call) {
        return HostPath.of(call.inputs(), "file");
    }

    private ClientProgram program(Call call, ServerFacts facts) throws InterruptedException {
        return ClientProgram.find("pg_restore", facts.version().major(), call, host, pause);
    }

    @Override
    public String intention(Call call) {
        return "fill database '%s' at %s from '%s'"
                .formatted(
                        call.inputs().text("database"),
                        call.inputs().text("server"),
                        call.inputs().text("file"));
    }

    private static boolean isMarked(Server server, DatabaseName name, Mark mark) throws InterruptedException {
        return server.beside(
                Set.of(name.text()),
                session -> new Databases(session)
                        .find(name)
                        .orElseThrow(() -> DatabaseException.missing(name, server))
                        .bears(mark));
    }

    @Override
    protected Probe ask(Call call) throws InterruptedException {
        var name = DatabaseName.of(call.inputs(), "database");
        var server = Server.of(call.inputs());
        if (!isMarked(server, name, Mark.of("restore-dump", call))
                || server.in(name.text(), Emptiness::found).isEmpty()) {
            return new Probe.NotDone();
        }
        return new Probe.Done(outputs(server, name));
    }

    @Override
    protected Outcome act(Call call) throws InterruptedException {
        var name = DatabaseName.of(call.inputs(), "database");
        var server = Server.of(call.inputs());
        var file = requireFile(call);
        var mark = Mark.of("restore-dump", call);
        var marked = isMarked(server, name, mark);
        var found = server.in(name.text(), Emptiness::found);
        if (found.isPresent() && marked) {
            return new Outcome.Succeeded(outputs(server, name));
        }
        found.ifPresent(what -> {
            throw DatabaseException.notEmpty(name, server, what);
        });
        var program = program(call, server.in(name.text(), ServerFacts::read));
        server.beside(Set.of(name.text()), session -> {
            var databases = new Databases(session);
            var comment = databases.find(name).map(Databases.Database::comment).orElse("");
            session.execute(databases.commenting(name, mark.addedTo(comment)));
            return name;
        });
        program.run(server.settings().withDatabase(name.text()), call, pause, arguments(call, file));
        return new Outcome.Succeeded(outputs(server, name));
    }

    private static Path requireFile(Call call) {
        var file = file(call);
        if (!Files.isRegularFile(file)) {
            throw HostException.noFile(file);
        }
        call.inputs().textIfGiven("sha256").ifPresent(wanted -> {
            var found = FileDigest.of(file);
            if (!found.equalsIgnoreCase(wanted)) {
                throw HostException.otherContent(file, found, wanted);
            }
        });
        return file;
    }

    private static List<String> arguments(Call call, Path file) {
        var arguments = new ArrayList<>(List.of("--single-transaction", "--exit-on-error"));
        if (!call.inputs().truth("owners", true)) {
            arguments.add("--no-owner");
        }
        arguments.add("--");
        arguments.add(file.toString());
        return List.copyOf(arguments);
    }

    private static Outputs outputs(Server server, DatabaseName name) throws InterruptedException {
        return Outputs.of("tables", Long.toString(server.in(name.text(), Emptiness::tables)));
    }
}
