package io.holdfast.runbook.run;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import javax.sql.DataSource;

/** The connection breaks once right behind a commit, and something happens before its writer is back. */
final class LostAnswer {

    private final AtomicBoolean armed = new AtomicBoolean();
    private final AtomicReference<Runnable> meanwhile = new AtomicReference<>(() -> {});

    /** The answer of the next commit is lost. */
    void next(Runnable what) {
        meanwhile.set(what);
        armed.set(true);
    }

    DataSource around(DataSource source) {
        return (DataSource) Proxy.newProxyInstance(
                LostAnswer.class.getClassLoader(), new Class<?>[] {DataSource.class}, (_, method, arguments) -> {
                    var result = call(source, method, arguments);
                    return result instanceof Connection connection ? around(connection) : result;
                });
    }

    private Connection around(Connection connection) {
        return (Connection) Proxy.newProxyInstance(
                LostAnswer.class.getClassLoader(), new Class<?>[] {Connection.class}, (_, method, arguments) -> {
                    var result = call(connection, method, arguments);
                    if (method.getName().equals("commit") && armed.compareAndSet(true, false)) {
                        meanwhile.get().run();
                        throw new SQLException("the connection broke", "08006");
                    }
                    return result;
                });
    }

    private static Object call(Object target, Method method, Object[] arguments) throws Throwable {
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }
}
