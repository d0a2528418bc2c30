package io.holdfast.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** What {@code build/test-tools} has put in place: programs that Holdfast itself never needs. */
public sealed interface FetchedPrograms {

    /** The programs lie in {@code postgres-18/bin} and {@code postgres-16/bin}, {@code seaweedfs/bin}, or {@code moto/bin}, of this folder. */
    record Present(Path folder) implements FetchedPrograms {}

    /** They could not be had on this machine. */
    record Absent(String reason) implements FetchedPrograms {}

    /** PostgreSQL's client programs. Looks in {@code $HOLDFAST_TEST_TOOLS}, else for {@code .holdfast/test-tools} in a folder and those above it. */
    static FetchedPrograms find(Map<String, String> environment, Path start) {
        return find(environment, start, "unavailable", List.of("postgres-18/bin/psql", "postgres-16/bin/psql"));
    }

    /** SeaweedFS, a server that speaks S3. Looks in the same places. */
    static FetchedPrograms findSeaweedfs(Map<String, String> environment, Path start) {
        return find(environment, start, "unavailable-seaweedfs", List.of("seaweedfs/bin/weed"));
    }

    /** Moto, a server that speaks KMS. Looks in the same places. */
    static FetchedPrograms findMoto(Map<String, String> environment, Path start) {
        return find(environment, start, "unavailable-moto", List.of("moto/bin/moto_server"));
    }

    private static FetchedPrograms find(
            Map<String, String> environment, Path start, String explanation, List<String> programs) {
        var chosen = environment.get("HOLDFAST_TEST_TOOLS");
        if (chosen != null) {
            return in(Path.of(chosen), explanation, programs);
        }
        for (var folder = start.toAbsolutePath(); folder != null; folder = folder.getParent()) {
            var tools = folder.resolve(".holdfast/test-tools");
            if (Files.isDirectory(tools)) {
                return in(tools, explanation, programs);
            }
        }
        return new Absent("build/test-tools was not run");
    }

    private static FetchedPrograms in(Path folder, String why, List<String> programs) {
        if (programs.stream().allMatch(program -> Files.isExecutable(folder.resolve(program)))) {
            return new Present(folder);
        }
        var explanation = folder.resolve(why);
        try {
            return new Absent(
                    Files.exists(explanation)
                            ? Files.readString(explanation).strip()
                            : "build/test-tools did not finish in '%s'".formatted(folder));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
