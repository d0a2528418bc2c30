package io.holdfast.runbook.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

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

    /** To look at runs that another user has recorded is not to take them away from that user. */
    @Test
    void root_leaves_the_state_of_another_user_to_that_user() throws IOException {
        assumeTrue(Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0), "only root can give files away");
        var state = folder.resolve("of-another");
        StateDatabase.open(new StateLocation.Folder(state)).close();
        var other = state.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName("daemon");
        try (var files = Files.walk(state)) {
            for (var file : files.toList()) {
                Files.setOwner(file, other);
            }
        }

        StateDatabase.open(new StateLocation.Folder(state)).close();

        try (var files = Files.walk(state.resolve("data"))) {
            assertThat(files)
                    .allSatisfy(file -> assertThat(Files.getOwner(file)).isEqualTo(other));
        }
    }

    @Test
    void a_folder_that_is_no_database_keeps_its_password() throws IOException {
        var state = folder.resolve("closed");
        Files.createDirectories(state.resolve("data"));
        Files.writeString(state.resolve("data/something"), "of a cluster");
        Files.writeString(state.resolve("password"), "the only one");

        assertThatThrownBy(() -> StateDatabase.open(new StateLocation.Folder(state)))
                .isInstanceOf(StateException.class)
                .hasMessageContaining("data' is no database that this user can open");

        assertThat(state.resolve("password")).hasContent("the only one");
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
