package io.holdfast.demo;

import java.io.Console;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code holdfast demo}. */
@Command(
        name = "demo",
        description = {
            "Protect a real PostgreSQL, destroy it twice, recover it, and prove what was and was not lost.",
            "",
            "Starts a PostgreSQL 18 of its own on the loopback interface with an application that keeps writing, takes a "
                    + "backup while WAL is captured, drops a table, later kills the server and deletes its files, and "
                    + "recovers each time by a procedure of the plan (plans/optimal-build/plan.yaml). What came back is compared row by row with a file of every commit that "
                    + "PostgreSQL acknowledged. Needs no container engine and no network. About 90 seconds on 2 cores.",
            "",
            "With --repository s3 the repository is a bucket with Object Lock on a SeaweedFS of the demo's own, which "
                    + "build/test-tools fetches; and the demo ends with a third disaster: whoever has the host's "
                    + "credentials tries to destroy the backups.",
            "",
            "Ends with 0 only if every check held, else with 1."
        })
final class DemoCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Option(names = "--headless", description = "Plain lines, for scripts and logs.")
    private boolean headless;

    @Option(
            names = "--keep",
            description = "Leave everything running until Ctrl-C, say what to try next, and keep the files.")
    private boolean keep;

    /** What a repository may be kept in. */
    enum Kind {
        FOLDER,
        S3;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @Option(
            names = "--repository",
            paramLabel = "KIND",
            defaultValue = "folder",
            description = "Where the backups go: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    private Kind repository = Kind.FOLDER;

    @Option(
            names = "--kill-engine",
            description = "Kill the engine of the first recovery in the middle of it, and go on with the run.")
    private boolean killEngine;

    @Option(
            names = "--folder",
            paramLabel = "DIR",
            description = "Where to play; made if absent (default: a new temporary folder).")
    private @Nullable Path folder;

    @Override
    public Integer call() throws Exception {
        var out = spec.commandLine().getOut();
        var screen = new Screen(out, !headless && isTerminal());
        var where = folder == null
                ? temporaryFolder()
                : Files.createDirectories(folder).toRealPath();
        screen.say("Holdfast demo: optimal_build meets %s disasters, in %s"
                .formatted(repository == Kind.S3 ? "three" : "two", where));
        boolean held;
        try (var place = place(where);
                var stage = Stage.set(where, place)) {
            held = new Performance(stage, screen, new Recovery(stage, screen, killEngine)).play(out);
            screen.say("");
            screen.say(held ? "Every check held." : "A check did not hold: see above. The files are kept in " + where);
            if (keep) {
                sayWhatNext(screen, stage);
                stage.stayOpen();
            }
        }
        if (held) {
            delete(where);
        }
        return held ? 0 : 1;
    }

    private RepositoryPlace place(Path where) throws InterruptedException {
        return switch (repository) {
            case FOLDER -> new RepositoryPlace.Folder(where.resolve("repository"));
            case S3 -> new RepositoryPlace.InBucket(Bucket.make());
        };
    }

    private static boolean isTerminal() {
        return Optional.ofNullable(System.console()).filter(Console::isTerminal).isPresent();
    }

    private static void sayWhatNext(Screen screen, Stage stage) {
        screen.say("");
        screen.say("Server, application and capture go on until Ctrl-C. To look around, from another terminal:");
        screen.say("  export HOLDFAST_CONFIG=%s/holdfast.yaml".formatted(stage.folder()));
        stage.place().environment().forEach((name, value) -> screen.say("  export %s=%s".formatted(name, value)));
        screen.say("  ./holdfast info");
        screen.say("  ./holdfast status");
        screen.say("  ./holdfast restore --latest --into %s/another --dry-run".formatted(stage.folder()));
        screen.say("  psql -h 127.0.0.1 -p %d -U postgres optimal_build"
                .formatted(stage.server().port()));
        screen.say("  curl " + stage.application().healthUrl());
        screen.say("The files stay in " + stage.folder());
    }

    /** Short, because a socket's path must be; open to pass through, because the server runs as another user. */
    private static Path temporaryFolder() throws IOException {
        return Files.createTempDirectory(
                        "holdfast-demo-",
                        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")))
                .toRealPath();
    }

    private static void delete(Path tree) throws IOException {
        try (var paths = Files.walk(tree)) {
            for (var path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
