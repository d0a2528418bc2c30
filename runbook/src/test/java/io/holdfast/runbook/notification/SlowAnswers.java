package io.holdfast.runbook.notification;

import io.holdfast.runbook.check.WebServer;
import io.holdfast.runbook.check.WebServer.Answer;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Lets a server take requests and not answer them within a test. */
final class SlowAnswers {

    private SlowAnswers() {}

    static void of(WebServer server) {
        var never = new CountDownLatch(1);
        server.answering(_ -> {
            try {
                var _ = never.await(15, TimeUnit.SECONDS);
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
            return new Answer(0, "");
        });
    }
}
