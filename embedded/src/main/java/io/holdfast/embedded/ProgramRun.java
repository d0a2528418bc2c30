package io.holdfast.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.holdfast.embedded.EmbeddedPostgresException.ProgramFailed;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Waits for a program and reads both of its outputs meanwhile, so that neither pipe fills up. */
final class ProgramRun {

    private ProgramRun() {}

    static ProgramOutcome of(Process process, List<String> argv, Duration allowed) {
        var output = readInBackground(process.getInputStream());
        var errors = readInBackground(process.getErrorStream());
        try {
            process.getOutputStream().close();
            if (!process.waitFor(allowed.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new ProgramFailed(
                        "'%s' has not ended after %d s".formatted(argv.getFirst(), allowed.toSeconds()),
                        "see what the machine is busy with",
                        null);
            }
            return new ProgramOutcome(process.exitValue(), output.join(), errors.join());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ProgramFailed("interrupted while '%s' ran".formatted(argv.getFirst()), "run it again", e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            process.destroyForcibly();
        }
    }

    private static CompletableFuture<String> readInBackground(InputStream stream) {
        var text = new CompletableFuture<String>();
        Thread.ofVirtual().start(() -> {
            try (stream) {
                text.complete(new String(stream.readAllBytes(), UTF_8));
            } catch (IOException e) {
                text.completeExceptionally(e);
            }
        });
        return text;
    }
}
