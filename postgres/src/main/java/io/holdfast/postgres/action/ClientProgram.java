package io.holdfast.postgres.action;

import io.holdfast.postgres.cluster.ConnectionSettings;
import io.holdfast.postgres.cluster.ServerAddress;
import io.holdfast.problem.HoldfastException;
import io.holdfast.problem.Secret;
import io.holdfast.runbook.action.Call;
import io.holdfast.runbook.action.Pause;
import io.holdfast.runbook.command.Command;
import io.holdfast.runbook.command.Ended;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A client program of PostgreSQL that is at least as new as the server, as pg_dump and pg_restore must be. */
record ClientProgram(Path file) {

    private static final Pattern VERSION = Pattern.compile("\\(PostgreSQL\\) ([0-9]+)");

    /**
     * Looks for one where the plan says, or in the search path and beside the server's programs.
     *
     * @param major of the server
     * @throws HostException if there is none
     */
    static ClientProgram find(String name, int major, Call call, PostgresHost host, Pause pause)
            throws InterruptedException {
        var folders = new ArrayList<Path>();
        if (call.inputs().has("bin-directory")) {
            folders.add(HostPath.of(call.inputs(), "bin-directory"));
        } else {
            folders.addAll(host.searchPath());
            try {
                folders.add(host.binDirectory(major));
            } catch (HoldfastException _) {
                // The server may run elsewhere.
            }
        }
        for (var folder : folders) {
            var program = new ClientProgram(folder.resolve(name));
            if (Files.isExecutable(program.file) && program.major(call, pause) >= major) {
                return program;
            }
        }
        throw HostException.noProgram(name, major, folders);
    }

    private int major(Call call, Pause pause) throws InterruptedException {
        var quiet = new Call(call.id(), call.inputs(), _ -> {}, call.deadline(), call.clock());
        var asked = Command.of(List.of(file.toString(), "--version"), Map.of(), Map.of())
                .run(quiet, pause);
        if (asked instanceof Ended.WithCode ended && ended.code() == 0) {
            var version = VERSION.matcher(ended.stdout());
            return version.find() ? Integer.parseInt(version.group(1)) : 0;
        }
        return 0;
    }

    /**
     * Runs it against a database. What it is told about the server is in its environment, where no name is taken for more
     * than a name.
     *
     * @throws HostException if it does not end well
     */
    void run(ConnectionSettings server, Call call, Pause pause, List<String> arguments) throws InterruptedException {
        var environment = new LinkedHashMap<String, String>();
        environment.put("PATH", "/usr/bin:/bin");
        environment.put("LC_ALL", "C");
        environment.put("HOME", Objects.requireNonNullElse(System.getProperty("user.home"), "/"));
        environment.put("PGHOST", host(server.address()));
        environment.put("PGPORT", Integer.toString(server.address().port()));
        environment.put("PGUSER", server.user());
        environment.put("PGSSLMODE", server.sslMode().toString());
        environment.put("PGAPPNAME", "holdfast");
        server.sslRootCertificate().ifPresent(file -> environment.put("PGSSLROOTCERT", file.toString()));
        var secrets = new LinkedHashMap<String, Secret>();
        server.password()
                .find(server.address(), server.database(), server.user())
                .ifPresent(password -> secrets.put("PGPASSWORD", password));
        var words = Stream.of(
                        Stream.of(file.toString(), "--no-password", "--dbname=" + connection(server.database())),
                        arguments.stream())
                .flatMap(word -> word)
                .toList();
        switch (Command.of(words, environment, secrets).run(call, pause)) {
            case Ended.WithCode ended when ended.code() == 0 -> {
                // As it should be.
            }
            case Ended.WithCode ended -> throw HostException.programFailed(ended.explain());
            case Ended.Killed killed -> throw HostException.programFailed(killed.explain());
        }
    }

    private static String host(ServerAddress address) {
        return switch (address) {
            case ServerAddress.Tcp tcp -> tcp.host();
            case ServerAddress.UnixSocket socket -> socket.folder().toString();
        };
    }

    /** A name alone would be taken for a connection string if it looks like one. */
    private static String connection(String database) {
        return "dbname='%s'".formatted(database.replace("\\", "\\\\").replace("'", "\\'"));
    }
}
