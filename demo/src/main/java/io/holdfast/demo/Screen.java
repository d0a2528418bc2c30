package io.holdfast.demo;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What the audience sees: acts, and steps with the time they took. On a terminal a step is shown while it runs and ticked
 * when it is done; elsewhere there is one plain line for each.
 */
final class Screen {

    private static final String BOLD = "\u001b[1m";
    private static final String DIM = "\u001b[2m";
    private static final String GREEN = "\u001b[32m";
    private static final String RED = "\u001b[31m";
    private static final String PLAIN = "\u001b[0m";
    private static final String BACK = "\r\u001b[2K";

    private final PrintWriter out;
    private final boolean terminal;
    private final List<Timed> steps = new ArrayList<>();
    private String act = "";

    Screen(PrintWriter out, boolean terminal) {
        this.out = out;
        this.terminal = terminal;
    }

    /** A step that was done, for the table at the end. */
    record Timed(String act, String step, Duration took) {}

    /** What a step does; its result is the remark beside it. */
    interface Work {

        String run() throws Exception;
    }

    void act(String title) {
        act = title;
        out.println();
        out.println(style(BOLD, title));
        out.flush();
    }

    void step(String title, Work work) throws Exception {
        if (terminal) {
            out.print(style(DIM, "  ... " + title));
            out.flush();
        }
        long begun = System.nanoTime();
        try {
            var remark = work.run();
            var took = Duration.ofNanos(System.nanoTime() - begun);
            steps.add(new Timed(act, title, took));
            line(style(GREEN, "ok  "), title, took, remark);
        } catch (Exception e) {
            line(style(RED, "FAIL"), title, Duration.ofNanos(System.nanoTime() - begun), "");
            throw e;
        }
    }

    void say(String text) {
        out.println(text);
        out.flush();
    }

    /** What a command printed, set off from the rest. */
    void block(String text) {
        out.println();
        text.lines().forEach(line -> out.println(("       " + line).stripTrailing()));
        out.println();
        out.flush();
    }

    void disaster(String text) {
        out.println("  " + style(RED, "****") + " " + style(BOLD, text));
        out.flush();
    }

    void verdict(boolean held, String text) {
        out.println("  " + (held ? style(GREEN, "held") : style(RED, "LOST")) + " " + text);
        out.flush();
    }

    List<Timed> steps() {
        return List.copyOf(steps);
    }

    static String seconds(Duration duration) {
        return String.format(Locale.ROOT, "%.1f s", duration.toMillis() / 1000.0);
    }

    private void line(String mark, String title, Duration took, String remark) {
        out.print(terminal ? BACK : "");
        out.println("  %s %-52s %8s  %s"
                .formatted(mark, title, seconds(took), style(DIM, remark))
                .stripTrailing());
        out.flush();
    }

    private String style(String code, String text) {
        return terminal && !text.isEmpty() ? code + text + PLAIN : text;
    }
}
