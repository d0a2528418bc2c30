package io.holdfast.demo.application;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.TimeUnit;

/**
 * How programs make the application use another server: by the script {@code switch-database}, which leaves the port in this folder
 * and waits until the application has put it into {@code port}.
 */
final class Service implements AutoCloseable {

    private static final String SCRIPT = "switch-database";
    private static final long BETWEEN_LOOKS = 50;

    private final Path folder;
    private final OptimalBuild application;
    private final Thread thread;

    private Service(Path folder, OptimalBuild application) {
        this.folder = folder;
        this.application = application;
        this.thread = Thread.ofPlatform().daemon().name("service").unstarted(this::serve);
    }

    /** Puts the script into a folder, and listens to it. */
    static Service in(Path folder, OptimalBuild application) throws IOException {
        try (var script = Service.class.getResourceAsStream(SCRIPT)) {
            if (script == null) {
                throw new IllegalStateException("the script '%s' is not part of this build".formatted(SCRIPT));
            }
            var file = folder.resolve(SCRIPT);
            Files.copy(script, file, StandardCopyOption.REPLACE_EXISTING);
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        var service = new Service(folder, application);
        service.sayPort();
        service.thread.start();
        return service;
    }

    private void serve() {
        var wish = folder.resolve("wish");
        try {
            while (!Thread.currentThread().isInterrupted()) {
                if (Files.exists(wish)) {
                    var port = Files.readString(wish).strip();
                    Files.delete(wish);
                    application.use(Integer.parseInt(port));
                    sayPort();
                }
                TimeUnit.MILLISECONDS.sleep(BETWEEN_LOOKS);
            }
        } catch (InterruptedException _) {
            // The application ends.
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whoever reads sees all of it or what was there before. */
    private void sayPort() throws IOException {
        var next = folder.resolve("port.next");
        Files.writeString(next, application.port() + "\n");
        Files.move(next, folder.resolve("port"), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
