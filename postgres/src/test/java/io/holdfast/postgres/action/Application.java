package io.holdfast.postgres.action;

import com.sun.net.httpserver.HttpServer;
import io.holdfast.postgres.cluster.ConnectionSettings;
import io.holdfast.postgres.cluster.ServerAddress;
import io.holdfast.postgres.cluster.SqlSession;
import io.holdfast.problem.HoldfastException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Executors;

/** An application that finds its database by a file, and whose {@code /health} says whether it can work. */
final class Application implements AutoCloseable {

    private final HttpServer server;
    private final Path configuration;
    private final String database;

    Application(Path configuration, String database) throws IOException {
        this.configuration = configuration;
        this.database = database;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/health", exchange -> {
            var answer = health();
            var body = answer.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(answer.contains("\"up\"") ? 200 : 503, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
    }

    private String health() throws IOException {
        try (var session = SqlSession.open(settings())) {
            var projects = session.one("SELECT count(*) AS n FROM public.projects", row -> row.number("n"));
            return "{\"status\": \"up\", \"projects\": %d}".formatted(projects);
        } catch (HoldfastException _) {
            return "{\"status\": \"down\"}";
        }
    }

    private ConnectionSettings settings() throws IOException {
        var address = Files.readString(configuration).strip();
        var colon = address.lastIndexOf(':');
        return ConnectionSettings.of(
                ServerAddress.of(address.substring(0, colon), Integer.parseInt(address.substring(colon + 1))),
                "postgres",
                database);
    }

    String url() {
        return "http://127.0.0.1:%d/health".formatted(server.getAddress().getPort());
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
