package io.holdfast.postgres.capture;

import io.holdfast.repository.Repository;
import io.holdfast.repository.disk.LocalDisk;
import io.holdfast.repository.key.KeyFileKey;
import io.holdfast.repository.store.FilesystemStore;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;

/** A capture in a process of its own, to be killed. */
final class CaptureProcess {

    private CaptureProcess() {}

    /** @param acknowledged what the server is told to be flushed: {@code spool} or {@code repository} */
    static Process launch(Path folder, int port, String acknowledged) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        CaptureProcess.class.getName(),
                        folder.toString(),
                        Integer.toString(port),
                        acknowledged)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    public static void main(String[] arguments) throws InterruptedException {
        var folder = Path.of(arguments[0]);
        var store =
                FilesystemStore.openForWriting(new LocalDisk(), folder.resolve("repository"), InstantSource.system());
        var repository = Repository.open(store, KeyFileKey.read(folder.resolve("key")));
        var settings = CaptureSettings.of(
                        Protected.tcp(Integer.parseInt(arguments[1])), Protected.MEMBER, folder.resolve("state"))
                .withAcknowledgement(
                        arguments[2].equals("repository")
                                ? new Acknowledgement.Stored(Optional.empty())
                                : new Acknowledgement.Spool())
                .withUpload(Duration.ofMillis(50), 256 * 1024)
                .withPatience(Duration.ofSeconds(3), Duration.ofMillis(300));
        Capture.start(repository, settings, Protected.machine()).awaitEnd();
    }
}
