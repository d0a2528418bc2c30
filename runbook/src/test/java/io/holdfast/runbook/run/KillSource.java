package io.holdfast.runbook.run;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;

/**
 * Connections that kill this JVM, with SIGKILL, right before or right after the n-th transaction in which it writes to the
 * journal of a run. Heartbeats and what steps say do not count.
 */
final class KillSource {

    private final AtomicInteger writes = new AtomicInteger();
    private final int which;
    private final boolean before;

    KillSource(int which, boolean before) {
        this.which = which;
        this.before = before;
    }

    DataSource around(DataSource source) {
        return (DataSource) Proxy.newProxyInstance(
                KillSource.class.getClassLoader(), new Class<?>[] {DataSource.class}, (_, method, arguments) -> {
                    var result = call(source, method, arguments);
                    return result instanceof Connection connection ? counted(connection) : result;
                });
    }

    private Connection counted(Connection connection) {
        var dirty = new boolean[1];
        return (Connection) Proxy.newProxyInstance(
                KillSource.class.getClassLoader(), new Class<?>[] {Connection.class}, (_, method, arguments) -> {
                    if (method.getName().equals("prepareStatement")) {
                        dirty[0] |= writes(String.valueOf(arguments[0]));
                    }
                    if (!method.getName().equals("commit") || !dirty[0]) {
                        return call(connection, method, arguments);
                    }
                    dirty[0] = false;
                    var number = writes.incrementAndGet();
                    if (before && number == which) {
                        die();
                    }
                    var result = call(connection, method, arguments);
                    if (!before && number == which) {
                        die();
                    }
                    return result;
                });
    }

    private static boolean writes(String sql) {
        var words = sql.strip().toLowerCase(Locale.ROOT);
        return (words.startsWith("insert into event") && !words.contains("'log'")) || words.startsWith("update run ");
    }

    private static Object call(Object target, Method method, Object[] arguments) throws Throwable {
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private static void die() throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-9", Long.toString(ProcessHandle.current().pid())).start();
        Thread.sleep(60_000);
    }
}
