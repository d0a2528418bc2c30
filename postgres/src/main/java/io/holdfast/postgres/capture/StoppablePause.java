package io.holdfast.postgres.capture;

import io.holdfast.postgres.Pause;
import java.time.Duration;

/** A pause that ends early when the capture is to stop; threads that may be writing to files are never interrupted. */
final class StoppablePause implements Pause {

    private static final Duration SLICE = Duration.ofMillis(100);

    private final Pause pause;
    private final CaptureBoard board;

    StoppablePause(Pause pause, CaptureBoard board) {
        this.pause = pause;
        this.board = board;
    }

    @Override
    public void pause(Duration duration) throws InterruptedException {
        var left = duration;
        while (left.isPositive() && !board.isStopping()) {
            var slice = left.compareTo(SLICE) < 0 ? left : SLICE;
            pause.pause(slice);
            left = left.minus(slice);
        }
    }
}
