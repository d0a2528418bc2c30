package io.holdfast.runbook.run;

import io.holdfast.runbook.journal.RunId;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A run that is executed while a test does something else. */
final class Background {

    private final CompletableFuture<RunView> result = new CompletableFuture<>();

    static Background execute(Runs runs, RunId id) {
        var background = new Background();
        Thread.ofVirtual().start(() -> {
            try {
                background.result.complete(runs.execute(id));
            } catch (Throwable e) {
                background.result.completeExceptionally(e);
            }
        });
        return background;
    }

    boolean isOver() {
        return result.isDone();
    }

    RunView end() throws Exception {
        return result.get(Duration.ofSeconds(60).toMillis(), TimeUnit.MILLISECONDS);
    }
}
