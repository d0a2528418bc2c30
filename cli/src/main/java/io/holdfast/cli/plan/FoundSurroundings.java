package io.holdfast.cli.plan;

import io.holdfast.cli.Workspace;
import io.holdfast.cli.configuration.Settings;
import io.holdfast.postgres.cluster.ServerFacts;
import io.holdfast.postgres.cluster.SqlSession;
import io.holdfast.problem.HoldfastException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a new plan can be made from.
 *
 * @param name of the repository
 * @param server as actions take it
 * @param version of PostgreSQL
 * @param remarks what could not be found out, and why
 */
record FoundSurroundings(
        Optional<String> name,
        Optional<String> repository,
        Optional<String> keyFile,
        Optional<String> server,
        Optional<String> user,
        Optional<String> database,
        Optional<String> version,
        Optional<Path> dataDirectory,
        List<String> remarks) {

    static FoundSurroundings look(Workspace workspace) {
        var remarks = new ArrayList<String>();
        var configuration = workspace.configuration();
        var settings = attempt("the server's address", workspace::server, remarks);
        var facts = settings.flatMap(server -> attempt(
                "the server",
                () -> {
                    try (var session = SqlSession.open(server)) {
                        return ServerFacts.read(session);
                    }
                },
                remarks));
        var repository = configuration.text(Settings.REPOSITORY_PATH);
        var name = repository.isEmpty()
                ? Optional.<String>empty()
                : attempt(
                        "the repository",
                        () -> {
                            try (var opened = workspace.openRepositoryForReading()) {
                                return opened.name();
                            }
                        },
                        remarks);
        if (repository.isEmpty()) {
            remarks.add("no repository is configured: fill in where it is");
        }
        return new FoundSurroundings(
                name,
                repository,
                configuration.text(Settings.KEY_FILE),
                settings.map(server -> server.address().toString()),
                settings.map(server -> server.user()),
                settings.map(server -> server.database()),
                facts.map(found -> found.version().toString()),
                facts.flatMap(found -> found.files().dataDirectory()),
                List.copyOf(remarks));
    }

    private static <T> Optional<T> attempt(String what, java.util.function.Supplier<T> look, List<String> remarks) {
        try {
            return Optional.of(look.get());
        } catch (HoldfastException e) {
            remarks.add("not found out: %s: %s".formatted(what, e.getMessage()));
            return Optional.empty();
        }
    }
}
