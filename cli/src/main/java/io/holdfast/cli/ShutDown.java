package io.holdfast.cli;

/** What happens when somebody ends a long command by SIGTERM or Ctrl-C. */
final class ShutDown {

    private ShutDown() {}

    /** Ends the work properly before the JVM does; then it exits with 143 or 130, as after every such signal. */
    static void closing(AutoCloseable work) {
        Runtime.getRuntime()
                .addShutdownHook(Thread.ofPlatform().name("shut-down").unstarted(() -> {
                    try {
                        work.close();
                    } catch (Exception e) {
                        throw new IllegalStateException("it did not end properly", e);
                    }
                }));
    }
}
