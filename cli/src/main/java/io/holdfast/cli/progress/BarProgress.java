package io.holdfast.cli.progress;

import java.io.PrintWriter;
import me.tongfei.progressbar.DelegatingProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** One line that is drawn anew: bytes, rate and the time that is left while files are copied, else what is waited for. */
final class BarProgress implements ShownProgress {

    /** Not asked of the terminal: that would load a library for it. */
    private static final int WIDTH = 79;

    private static final long MEGABYTE = 1_000_000;

    private final ProgressBar bar;
    private final PrintWriter err;

    BarProgress(PrintWriter err) {
        this.err = err;
        bar = new ProgressBarBuilder()
                .setTaskName("backup")
                .setInitialMax(-1)
                .setUnit(" MB", MEGABYTE)
                .showSpeed()
                .setStyle(ProgressBarStyle.ASCII)
                .setUpdateIntervalMillis(200)
                .setConsumer(new DelegatingProgressBarConsumer(this::draw, WIDTH))
                .build();
    }

    private void draw(String line) {
        err.print("\r" + line);
        err.flush();
    }

    @Override
    public void phase(Phase next) {
        bar.setExtraMessage(next == Phase.COPYING ? "" : next.description());
    }

    @Override
    public void expected(long bytes) {
        bar.maxHint(bytes);
    }

    @Override
    public void spared(long bytes) {
        bar.maxHint(bar.getMax() - bytes);
    }

    @Override
    public void advanced(long bytes) {
        bar.stepBy(bytes);
    }

    @Override
    public void close() {
        bar.close();
        err.println();
        err.flush();
    }
}
