package io.holdfast.demo.application;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The application that meets the disasters: a small backend with {@code /health} that keeps writing projects, and keeps a
 * file of its own of every commit that PostgreSQL acknowledged.
 */
public final class OptimalBuild implements AutoCloseable {

    private static final int WRITERS = 4;
    private static final Duration PARTING = Duration.ofSeconds(5);

    private final TruthFile truth;
    private final HttpServer http;
    private final String oldRows;
    private final AtomicLong numbers = new AtomicLong();
    private final AtomicLong lastCommit = new AtomicLong();
    private final List<Writer> writers = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private Optional<Service> service = Optional.empty();

    private volatile int port;

    private OptimalBuild(int port, TruthFile truth, HttpServer http, String oldRows) {
        this.port = port;
        this.truth = truth;
        this.http = http;
        this.oldRows = oldRows;
    }

    /**
     * Makes the database, and the backend on a free port of the loopback interface.
     *
     * @param port of the server
     */
    public static OptimalBuild create(int port, Path truthFile) throws SQLException, IOException {
        try (var admin = DriverManager.getConnection(url(port, "postgres"));
                var statement = admin.createStatement()) {
            statement.execute("CREATE DATABASE " + Schema.DATABASE);
        }
        String oldRows;
        try (var connection = DriverManager.getConnection(url(port, Schema.DATABASE))) {
            Schema.create(connection);
            oldRows = Schema.oldRows(connection);
        }
        var http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        var application = new OptimalBuild(port, TruthFile.open(truthFile), http, oldRows);
        http.createContext("/health", application::health);
        http.start();
        return application;
    }

    public static String database() {
        return Schema.DATABASE;
    }

    public URI healthUrl() {
        return URI.create(
                "http://127.0.0.1:%d/health".formatted(http.getAddress().getPort()));
    }

    private static String url(int port, String database) {
        return "jdbc:postgresql://127.0.0.1:%d/%s?user=postgres".formatted(port, database);
    }

    private String url() {
        return url(port, Schema.DATABASE);
    }

    /** Lets programs make it use another server by the script {@code switch-database}, which is put into this folder. */
    public void serve(Path folder) throws IOException {
        service = Optional.of(Service.in(folder, this));
    }

    /** Of the server that it uses. */
    int port() {
        return port;
    }

    /** The server on that port from now on. */
    synchronized void use(int other) throws InterruptedException {
        stopWriting();
        port = other;
        startWriting();
    }

    /** Lets the writers write; nothing changes where they do. */
    public synchronized void startWriting() {
        if (!writers.isEmpty()) {
            return;
        }
        for (int i = 0; i < WRITERS; i++) {
            var writer = new Writer(url(), truth, numbers, lastCommit);
            writers.add(writer);
            threads.add(Thread.ofPlatform().daemon().name("backend-" + (i + 1)).start(writer));
        }
    }

    /** Stops the writers and waits until none of them is in the middle of a commit. */
    public synchronized void stopWriting() throws InterruptedException {
        writers.forEach(Writer::stop);
        for (var thread : threads) {
            thread.join();
        }
        writers.clear();
        threads.clear();
    }

    public Truth truth() {
        return truth.read();
    }

    public Verdict compare() throws SQLException {
        try (var connection = DriverManager.getConnection(url())) {
            return new Comparison(truth(), oldRows).compare(connection);
        }
    }

    /** Green while the database answers and a commit succeeded a moment ago. */
    private void health(HttpExchange exchange) throws IOException {
        var answer = check();
        var body = "{\"status\":\"%s\"}%n".formatted(answer).getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().add("Content-Type", "application/json");
        exchange.sendResponseHeaders(answer.equals("ok") ? 200 : 503, body.length);
        try (var out = exchange.getResponseBody()) {
            out.write(body);
        }
    }

    private String check() {
        if (Instant.ofEpochMilli(lastCommit.get()).isBefore(Instant.now().minus(Duration.ofSeconds(2)))) {
            return "no commit for two seconds";
        }
        try (var connection = DriverManager.getConnection(url());
                var statement = connection.createStatement()) {
            statement.executeQuery("SELECT count(*) FROM users").close();
            return "ok";
        } catch (SQLException _) {
            return "the database does not answer";
        }
    }

    /** Writers get a moment to note what was acknowledged; one that waits for a server that is gone would wait for ever. */
    @Override
    public void close() {
        service.ifPresent(Service::close);
        writers.forEach(Writer::stop);
        try {
            for (var thread : threads) {
                thread.join(PARTING);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        http.stop(0);
        truth.close();
    }
}
