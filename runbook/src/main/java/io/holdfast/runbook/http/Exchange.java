package io.holdfast.runbook.http;

import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import org.jspecify.annotations.Nullable;

/** Sends requests one after the other; an interrupt ends it at once. Close it after use. */
public final class Exchange implements AutoCloseable {

    private static final int MOST_OF_BODY = 1 << 20;

    private final HttpClient client;
    private final Duration timeout;

    /** @param timeout of one request, from the connection to the last byte of the body */
    public Exchange(SSLContext trust, Duration timeout) {
        this.timeout = timeout;
        this.client = HttpClient.newBuilder()
                .sslContext(trust)
                .connectTimeout(timeout)
                .followRedirects(HttpClient.Redirect.NEVER)
                .version(HttpClient.Version.HTTP_1_1)
                .build();
    }

    /** Sends it and reads what comes. */
    public Reply send(HttpRequest request) throws InterruptedException {
        var coming = client.sendAsync(request, _ -> new LimitedBody(MOST_OF_BODY));
        try {
            var answer = coming.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
            return new Reply.Answered(answer.statusCode(), answer.headers(), answer.body());
        } catch (TimeoutException _) {
            return new Reply.Lost("no answer within %d ms".formatted(timeout.toMillis()));
        } catch (ExecutionException e) {
            return failure(e.getCause());
        } finally {
            coming.cancel(true);
        }
    }

    private static Reply failure(@Nullable Throwable cause) {
        return switch (cause) {
            case HttpConnectTimeoutException _ -> new Reply.NotSent("the connection was not accepted in time");
            case HttpTimeoutException _ -> new Reply.Lost("no answer in time");
            case ConnectException e
            when causedBy(e, UnresolvedAddressException.class) -> new Reply.NotSent("the host name is not known");
            case ConnectException _ -> new Reply.NotSent("the connection was refused");
            case UnknownHostException _ -> new Reply.NotSent("the host name is not known");
            case SSLHandshakeException e -> new Reply.NotSent("the certificate is not accepted: " + e.getMessage());
            case IOException e -> new Reply.Lost("the connection broke off: " + e.getMessage());
            case null, default -> new Reply.Lost("no answer: " + cause);
        };
    }

    private static boolean causedBy(Throwable problem, Class<? extends Throwable> type) {
        for (var cause = problem.getCause(); cause != null; cause = cause.getCause()) {
            if (type.isInstance(cause)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
