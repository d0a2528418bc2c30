package io.holdfast.postgres.capture;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.embedded.PostgresBinaries;
import io.holdfast.testkit.programs.ServerFolder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CaptureVersionsIT {

    @TempDir(factory = ServerFolder.class)
    Path folder;

    static Stream<PostgresBinaries> versions() {
        return Stream.of(PostgresBinaries.of(14), PostgresBinaries.of(17));
    }

    @ParameterizedTest
    @MethodSource("versions")
    void older_servers_are_captured_too(PostgresBinaries binaries) throws Exception {
        try (var live = Protected.start(binaries, folder, Map.of("wal_keep_size", "64MB"));
                var capture = live.capture()) {
            Protected.awaitStreaming(capture);
            live.write(3);
            var flushed = capture.flush(Duration.ofSeconds(30));

            assertThat(live.onlyRange(1).end()).isGreaterThanOrEqualTo(flushed);
            assertThat(live.compareWithServer(live.onlyRange(1))).isGreaterThan(2);
        }
    }
}
