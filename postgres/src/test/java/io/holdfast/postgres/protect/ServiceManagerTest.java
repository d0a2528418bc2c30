package io.holdfast.postgres.protect;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServiceManagerTest {

    @TempDir
    Path folder;

    @Test
    void without_a_service_manager_nothing_happens() {
        var manager = ServiceManager.of(Map.of());

        manager.ready();
        manager.stopping();

        assertThat(manager.watchdogInterval()).isEmpty();
    }

    @Test
    void the_watchdog_hears_from_us_twice_as_often_as_it_wants() {
        var manager = ServiceManager.of(Map.of("WATCHDOG_USEC", "30000000"));

        assertThat(manager.watchdogInterval()).contains(Duration.ofSeconds(15));
    }

    @Test
    void a_socket_that_is_not_there_is_no_problem() {
        ServiceManager.of(Map.of("NOTIFY_SOCKET", folder.resolve("absent").toString()))
                .ready();
        ServiceManager.of(Map.of("NOTIFY_SOCKET", "x".repeat(200))).ready();
    }

    /** The receiver is perl's or python's, so that our own idea of the system's structures proves nothing. */
    @Test
    void each_message_is_one_datagram() throws Exception {
        var socket = folder.resolve("notify");
        var receiver = new ProcessBuilder(
                        "perl",
                        "-MSocket",
                        "-e",
                        "socket(my $s, AF_UNIX, SOCK_DGRAM, 0); bind($s, pack_sockaddr_un($ARGV[0])) or die;"
                                + " for (1..4) { recv($s, my $m, 4096, 0); $m =~ s/\\n/|/g; print \"$m\\n\"; }",
                        socket.toString())
                .start();
        while (!Files.exists(socket) && receiver.isAlive()) {
            Thread.onSpinWait();
        }
        var manager = ServiceManager.of(Map.of("NOTIFY_SOCKET", socket.toString()));

        manager.ready();
        manager.status("waiting: no\nserver");
        manager.alive();
        manager.stopping();

        try (var lines = new BufferedReader(new InputStreamReader(receiver.getInputStream(), StandardCharsets.UTF_8))) {
            assertThat(lines.lines().toList())
                    .containsExactly("READY=1", "STATUS=waiting: no server", "WATCHDOG=1", "STOPPING=1");
        }
    }
}
