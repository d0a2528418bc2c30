package io.holdfast.runbook.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.embedded.RunningServer;
import io.holdfast.testkit.programs.ServerFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The server of a state directory, which several processes share and the last one stops. */
class StateServerIT {

    private static final String ROUNDS = Boolean.getBoolean("holdfast.torture") ? "200" : "10";

    @TempDir(factory = ServerFolder.class)
    private static Path folder;

    @Test
    void whoever_leaves_takes_it_from_nobody_who_has_just_come() throws Exception {
        var state = folder.resolve("state");
        var users = new ArrayList<Process>();
        for (int number = 0; number < 3; number++) {
            users.add(user(state, folder.resolve("user-" + number)));
        }
        for (int number = 0; number < users.size(); number++) {
            var user = users.get(number);
            assertThat(user.waitFor(5, TimeUnit.MINUTES)).isTrue();
            assertThat(user.exitValue())
                    .as(Files.readString(folder.resolve("user-" + number)))
                    .isZero();
        }
        assertThat(RunningServer.isAnyProcessIn(state.resolve("data"))).isFalse();
    }

    private static Process user(Path state, Path output) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        StateUser.class.getName(),
                        state.toString(),
                        ROUNDS)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
    }
}
