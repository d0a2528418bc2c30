package io.holdfast.testkit;

import io.holdfast.repository.binary.Bytes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * An HTTP proxy on 127.0.0.1 in front of a server of this host that does to each request what a test says. Host names and
 * signatures pass through as they are. Each connection carries one request. Thread-safe.
 */
public final class HttpFaultProxy implements AutoCloseable {

    private static final Pattern LENGTH = Pattern.compile("(?imd)^content-length: *([0-9]+) *\r$");
    private static final Pattern EXPECT = Pattern.compile("(?im)^expect:.*\r\n");
    private static final Pattern CONNECTION = Pattern.compile("(?im)^connection:.*\r\n");
    private static final Pattern LISTING = Pattern.compile("GET /[^/ ?]+/?\\?.* HTTP/1.1");
    private static final String END = "\r\n\r\n";

    /** What happens to one request. */
    public enum Fault {
        NONE,
        /** The server does what it is asked, and its answer never arrives. */
        ANSWER_LOST,
        /** The connection ends in the middle of the answer's body. */
        ANSWER_CUT,
        /** The connection is reset in the middle of the answer's body. */
        ANSWER_RESET,
        /** A byte of the answer's body changes on its way. */
        ANSWER_DAMAGED,
        /** The connection is reset in the middle of the request's body, of which the server sees nothing. */
        REQUEST_RESET,
        /** A byte of the request's body changes on its way. */
        REQUEST_DAMAGED,
        /** The server is not asked; the answer is 503 SlowDown. */
        SLOW_DOWN,
        /** The server is not asked; the answer is 429 TooManyRequests. */
        TOO_MANY
    }

    private final ServerSocket listener;
    private final int target;
    private final List<String> seen = new CopyOnWriteArrayList<>();
    private volatile Function<String, Fault> plan = _ -> Fault.NONE;
    private volatile Supplier<Duration> latency = () -> Duration.ZERO;
    private volatile String retryAfter = "";
    private volatile Duration stale = Duration.ZERO;
    private final Map<String, Kept> kept = new ConcurrentHashMap<>();

    private HttpFaultProxy(ServerSocket listener, int target) {
        this.listener = listener;
        this.target = target;
    }

    public static HttpFaultProxy before(int port) {
        try {
            var proxy = new HttpFaultProxy(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), port);
            Thread.ofPlatform().daemon().name("http-fault-proxy").start(proxy::accept);
            return proxy;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Where clients connect to. */
    public int port() {
        return listener.getLocalPort();
    }

    /** Decides on each request by its first line, {@code PUT /bucket/key HTTP/1.1}. */
    public void plan(Function<String, Fault> faults) {
        plan = faults;
    }

    /** How long each request is held back before the server, or a fault, has it. */
    public void latency(Supplier<Duration> ofEach) {
        latency = ofEach;
    }

    /** Answers what a listing answered before, to whoever asks for the same within that time. */
    public void staleListings(Duration time) {
        stale = time;
        kept.clear();
    }

    /** An answer to a listing and until when it is given. */
    private record Kept(Bytes answer, long until) {

        boolean isOld() {
            return System.nanoTime() - until >= 0;
        }
    }

    /** Has those who are told to slow down also told for how many seconds, in {@code Retry-After}. */
    public void retryAfter(int seconds) {
        retryAfter = "Retry-After: %d\r\n".formatted(seconds);
    }

    /** The first lines of all requests. */
    public List<String> requests() {
        return List.copyOf(seen);
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                var client = listener.accept();
                Thread.ofVirtual().start(() -> serve(client));
            } catch (IOException e) {
                // The listener was closed.
            }
        }
    }

    private void serve(Socket client) {
        try (client;
                var in = client.getInputStream();
                var out = client.getOutputStream()) {
            var head = head(in);
            if (head.isEmpty()) {
                return;
            }
            var first = head.substring(0, head.indexOf('\r'));
            seen.add(first);
            var fault = plan.apply(first);
            if (EXPECT.matcher(head).find()) {
                out.write(("HTTP/1.1 100 Continue" + END).getBytes(StandardCharsets.ISO_8859_1));
                out.flush();
            }
            if (fault == Fault.REQUEST_RESET) {
                in.readNBytes(length(head) / 2);
                reset(client);
                return;
            }
            var body = in.readNBytes(length(head));
            Thread.sleep(latency.get());
            switch (fault) {
                case NONE -> out.write(LISTING.matcher(first).matches() ? listed(first, head, body) : ask(head, body));
                case REQUEST_DAMAGED -> out.write(ask(head, damaged(body)));
                case ANSWER_LOST -> ask(head, body);
                case ANSWER_CUT -> {
                    var answer = ask(head, body);
                    out.write(answer, 0, cut(answer));
                }
                case ANSWER_DAMAGED -> {
                    var answer = ask(head, body);
                    int at = cut(answer);
                    if (at < answer.length) {
                        answer[at] ^= 1;
                    }
                    out.write(answer);
                }
                case ANSWER_RESET -> {
                    var answer = ask(head, body);
                    out.write(answer, 0, cut(answer));
                    reset(client);
                }
                case SLOW_DOWN -> out.write(refusal("503 Slow Down", "SlowDown", first));
                case TOO_MANY -> out.write(refusal("429 Too Many Requests", "TooManyRequests", first));
                case REQUEST_RESET -> throw new IllegalStateException("reset before");
            }
        } catch (IOException e) {
            // Either side is gone, and the other sees it.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** What was not sent yet is lost, and the other side gets an error in place of an end. */
    private static void reset(Socket client) throws IOException {
        client.setSoLinger(true, 0);
        client.close();
    }

    private static byte[] damaged(byte[] body) {
        if (body.length > 0) {
            body[body.length / 2] ^= 1;
        }
        return body;
    }

    private byte[] listed(String first, String head, byte[] body) throws IOException {
        var time = stale;
        var before = kept.get(first);
        if (before != null && !before.isOld()) {
            return before.answer().toArray();
        }
        var answer = ask(head, body);
        if (!time.isZero()) {
            kept.put(first, new Kept(Bytes.of(answer), System.nanoTime() + time.toNanos()));
        }
        return answer;
    }

    private byte[] ask(String head, byte[] body) throws IOException {
        var changed = CONNECTION.matcher(EXPECT.matcher(head).replaceAll("")).replaceAll("");
        try (var server = new Socket(InetAddress.getLoopbackAddress(), target)) {
            var out = server.getOutputStream();
            out.write((changed.substring(0, changed.length() - 2) + "Connection: close" + END)
                    .getBytes(StandardCharsets.ISO_8859_1));
            out.write(body);
            out.flush();
            return server.getInputStream().readAllBytes();
        }
    }

    private static String head(InputStream in) throws IOException {
        var head = new ByteArrayOutputStream();
        var matched = 0;
        for (int read = in.read(); read >= 0; read = in.read()) {
            head.write(read);
            matched = read == END.charAt(matched) ? matched + 1 : read == '\r' ? 1 : 0;
            if (matched == END.length()) {
                return head.toString(StandardCharsets.ISO_8859_1);
            }
        }
        return "";
    }

    private static int length(String head) {
        var length = LENGTH.matcher(head);
        return length.find() ? Integer.parseInt(length.group(1)) : 0;
    }

    /** In the middle of the body. */
    private static int cut(byte[] answer) {
        var body = new String(answer, StandardCharsets.ISO_8859_1).indexOf(END) + END.length();
        return body + (answer.length - body) / 2;
    }

    private byte[] refusal(String status, String code, String request) {
        var body = "<Error><Code>%s</Code><Message>Please reduce your request rate.</Message></Error>".formatted(code);
        var answer = "HTTP/1.1 %s\r\nContent-Type: application/xml\r\nConnection: close\r\n%sContent-Length: %d%s%s"
                .formatted(status, retryAfter, body.length(), END, request.startsWith("HEAD") ? "" : body);
        return answer.getBytes(StandardCharsets.ISO_8859_1);
    }

    @Override
    public void close() {
        try {
            listener.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
