package io.holdfast.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EndOfJvmIT {

    @TempDir(factory = ServerFolder.class)
    Path folder;

    @Test
    void stops_a_server_that_nobody_closed() throws Exception {
        var data = runAnotherJvm("forget");

        assertThat(serversIn(data)).isEmpty();
        assertThat(data.resolve("postmaster.pid")).doesNotExist();
    }

    @Test
    void leaves_a_server_that_is_to_be_left_running() throws Exception {
        var data = runAnotherJvm("leave");

        var left = serversIn(data);

        assertThat(left).isNotEmpty();
        var socketFolder =
                Path.of(Files.readAllLines(data.resolve("postmaster.pid")).get(4));
        left.forEach(ProcessHandle::destroyForcibly);
        left.forEach(process -> process.onExit().join());
        try (var leftovers = Files.walk(socketFolder)) {
            for (var leftover : leftovers.toList().reversed()) {
                Files.delete(leftover);
            }
        }
    }

    /** Returns the data directory of the server that it started. */
    private Path runAnotherJvm(String how) throws IOException, InterruptedException {
        var data = folder.resolve("data");
        var java = ProcessHandle.current().info().command().orElseThrow();
        var process = new ProcessBuilder(List.of(
                        java,
                        "--enable-native-access=ALL-UNNAMED",
                        "-classpath",
                        System.getProperty("java.class.path"),
                        StartMain.class.getName(),
                        data.toString(),
                        how))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        assertThat(process.waitFor()).isZero();
        return data;
    }

    private static List<ProcessHandle> serversIn(Path data) throws IOException {
        return new ServerProcesses(
                        PostgresBinaries.version18().program("postgres").toRealPath(), data)
                .find();
    }

    /** Starts a server and ends without closing it. */
    static final class StartMain {

        private StartMain() {}

        public static void main(String[] arguments) {
            var server = EmbeddedPostgres.initialise(
                    PostgresBinaries.version18(), Path.of(arguments[0]), InitOptions.forTests());
            server.start(Map.of("fsync", "off"));
            if (arguments[1].equals("leave")) {
                server.leaveRunning();
            }
        }
    }
}
