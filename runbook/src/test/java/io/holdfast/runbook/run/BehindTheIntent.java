package io.holdfast.runbook.run;

import io.holdfast.plan.action.ActionDescriptor;
import io.holdfast.problem.Finding;
import io.holdfast.runbook.action.Action;
import io.holdfast.runbook.action.Call;
import io.holdfast.runbook.action.Outcome;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;

/** Does something once, right behind the commit of the intent of an attempt and before the engine knows of its success. */
final class BehindTheIntent {

    private final AtomicBoolean intended = new AtomicBoolean();
    private final AtomicInteger looks = new AtomicInteger();
    private volatile Runnable work = () -> {};

    void does(Runnable what) {
        work = what;
    }

    /** How often the watch of the engine has begun to look at the record. */
    int looks() {
        return looks.get();
    }

    /** The action whose intent it is. */
    Action of(Action action) {
        return new Action() {
            @Override
            public ActionDescriptor descriptor() {
                return action.descriptor();
            }

            @Override
            public List<Finding> examine(Call call) throws InterruptedException {
                return action.examine(call);
            }

            @Override
            public String intention(Call call) {
                intended.set(true);
                return action.intention(call);
            }

            @Override
            public Outcome execute(Call call) throws InterruptedException {
                return action.execute(call);
            }
        };
    }

    DataSource around(DataSource source) {
        return proxy(DataSource.class, (method, arguments) -> {
            if (Thread.currentThread().getName().equals("run-watch")) {
                looks.incrementAndGet();
            }
            var result = call(source, method, arguments);
            return result instanceof Connection connection ? around(connection) : result;
        });
    }

    private Connection around(Connection connection) {
        return proxy(Connection.class, (method, arguments) -> {
            var result = call(connection, method, arguments);
            if (method.getName().equals("commit") && intended.compareAndSet(true, false)) {
                work.run();
            }
            return result;
        });
    }

    private interface Calling {
        Object call(Method method, Object[] arguments) throws Throwable;
    }

    private static <T> T proxy(Class<T> type, Calling calling) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(),
                new Class<?>[] {type},
                (_, method, arguments) -> calling.call(method, arguments)));
    }

    private static Object call(Object target, Method method, Object[] arguments) throws Throwable {
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }
}
