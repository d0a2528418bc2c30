package io.holdfast.testkit.programs;

import io.holdfast.embedded.FetchedPrograms;
import io.holdfast.embedded.FetchedPrograms.Absent;
import io.holdfast.embedded.FetchedPrograms.Present;
import io.holdfast.embedded.ProgramOutcome;
import io.holdfast.embedded.UnprivilegedUser;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * PostgreSQL's own programs of one major version, from another build than the servers that Holdfast starts: psql,
 * pg_dump, pg_basebackup, pg_amcheck, pg_checksums, pg_controldata, pg_waldump and others. They run as the user that
 * runs the servers. For tests marked {@link NeedsClientPrograms}.
 *
 * @param bin the folder that holds them
 */
public record PostgresClientPrograms(Path bin) {

    private static final Duration ALLOWED = Duration.ofMinutes(5);

    /** Of 18.4; its pg_verifybackup crashes at start. */
    public static PostgresClientPrograms version18() {
        return of("postgres-18");
    }

    /** The same for a test that has more to say without them; those that are marked say that they are missing. */
    public static Optional<PostgresClientPrograms> version18IfPresent() {
        return switch (FetchedPrograms.find(System.getenv(), Path.of(""))) {
            case Present _ -> Optional.of(version18());
            case Absent _ -> Optional.empty();
        };
    }

    /** Of 16.14, for its pg_verifybackup, which reads manifests of 16 and older. */
    public static PostgresClientPrograms version16() {
        return of("postgres-16");
    }

    private static PostgresClientPrograms of(String name) {
        return switch (FetchedPrograms.find(System.getenv(), Path.of(""))) {
            case Present present ->
                new PostgresClientPrograms(present.folder().resolve(name).resolve("bin"));
            case Absent absent ->
                throw new IllegalStateException("a test without @NeedsClientPrograms needs them: " + absent.reason());
        };
    }

    /** The path of one program, for tests that start it themselves. */
    public Path program(String name) {
        return bin.resolve(name);
    }

    /** Runs a program to its end, however it ends. */
    public ProgramOutcome run(String program, String... arguments) {
        return run(Map.of(), program, arguments);
    }

    /** The same with variables such as {@code PGPASSWORD} on top of a minimal environment. */
    public ProgramOutcome run(Map<String, String> environment, String program, String... arguments) {
        var argv = Stream.concat(Stream.of(program(program).toString()), Stream.of(arguments))
                .toList();
        return UnprivilegedUser.current().run(argv, environment, ALLOWED);
    }

    /**
     * The standard output of a program that is expected to succeed.
     *
     * @throws AssertionError with what it wrote, if it does not
     */
    public String output(String program, String... arguments) {
        var outcome = run(program, arguments);
        if (!outcome.succeeded()) {
            throw new AssertionError("%s ended with exit code %d:%n%s%s"
                    .formatted(program, outcome.exitCode(), outcome.output(), outcome.errors()));
        }
        return outcome.output();
    }
}
