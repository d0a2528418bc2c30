package io.holdfast.runbook.command;

import io.holdfast.runbook.action.Redaction;
import io.holdfast.runbook.action.StepLog;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Reads one output of a program while it runs, keeps its first bytes, and shows them line by line. What is beyond the
 * limit is read and left out, so that the program does not wait for a reader. Thread-safe.
 */
final class CapturedOutput {

    private final InputStream stream;
    private final int limit;
    private final StepLog log;
    private final Redaction redaction;
    private final CountDownLatch ended = new CountDownLatch(1);
    private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
    private int shown;
    private boolean truncated;

    private CapturedOutput(InputStream stream, int limit, StepLog log, Redaction redaction) {
        this.stream = stream;
        this.limit = limit;
        this.log = log;
        this.redaction = redaction;
    }

    /** Begins to read, in the background. */
    static CapturedOutput of(InputStream stream, int limit, StepLog log, Redaction redaction) {
        var output = new CapturedOutput(stream, limit, log, redaction);
        Thread.ofVirtual().name("program-output").start(output::read);
        return output;
    }

    private void read() {
        var buffer = new byte[8192];
        try (stream) {
            for (var count = stream.read(buffer); count >= 0; count = stream.read(buffer)) {
                take(buffer, count);
            }
        } catch (IOException _) {
            // The program was ended, and with it what it wrote.
        } finally {
            ended.countDown();
        }
    }

    private synchronized void take(byte[] buffer, int count) {
        var room = Math.min(count, limit - kept.size());
        truncated |= room < count;
        if (room == 0) {
            return;
        }
        kept.write(buffer, 0, room);
        var bytes = kept.toByteArray();
        for (var at = shown; at < bytes.length; at++) {
            if (bytes[at] == '\n') {
                log.line(redaction.of(new String(bytes, shown, at - shown, StandardCharsets.UTF_8)));
                shown = at + 1;
            }
        }
    }

    /**
     * Waits until all was read, but not for a process that was left behind and holds the output open.
     *
     * @return all that was kept, without the last line end and without secrets
     */
    String text(long patienceMillis) throws InterruptedException {
        var _ = ended.await(patienceMillis, TimeUnit.MILLISECONDS);
        synchronized (this) {
            var bytes = kept.toByteArray();
            if (shown < bytes.length) {
                log.line(redacted(new String(bytes, shown, bytes.length - shown, StandardCharsets.UTF_8)));
                shown = bytes.length;
            }
            var text = new String(bytes, StandardCharsets.UTF_8);
            return redacted(text.endsWith("\n") ? text.substring(0, text.length() - 1) : text);
        }
    }

    private String redacted(String end) {
        return truncated ? redaction.ofCut(end) : redaction.of(end);
    }

    synchronized boolean isTruncated() {
        return truncated;
    }
}
