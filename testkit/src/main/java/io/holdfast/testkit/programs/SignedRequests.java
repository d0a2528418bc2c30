package io.holdfast.testkit.programs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Requests to an S3 server, signed (version 4) without the SDK: what tests do behind a store's back.
 *
 * @param endpoint of the server
 */
public record SignedRequests(URI endpoint) {

    private static final String SIGNED = "host;x-amz-content-sha256;x-amz-date";
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

    /**
     * Puts an object, or with a query something else.
     *
     * @param path of plain letters, digits, slashes, dots and hyphens
     * @param query as it is signed: {@code versioning=}
     * @throws IllegalStateException if the answer is not a success
     */
    public void put(String path, String query, String body) {
        send("PUT", path, query, body);
    }

    /** Deletes an object, as {@link #put}. */
    public void delete(String path) {
        send("DELETE", path, "", "");
    }

    private void send(String method, String path, String query, String body) {
        var time = TIME.format(Instant.now());
        var hash = hex(sha256(body));
        var canonical = String.join(
                "\n",
                method,
                path,
                query,
                "host:" + endpoint.getAuthority(),
                "x-amz-content-sha256:" + hash,
                "x-amz-date:" + time,
                "",
                SIGNED,
                hash);
        var scope = time.substring(0, 8) + "/us-east-1/s3/aws4_request";
        var text = String.join("\n", "AWS4-HMAC-SHA256", time, scope, hex(sha256(canonical)));
        var request = HttpRequest.newBuilder(URI.create(endpoint + path + (query.isEmpty() ? "" : "?" + query)))
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .header("x-amz-content-sha256", hash)
                .header("x-amz-date", time)
                .header(
                        "Authorization",
                        "AWS4-HMAC-SHA256 Credential=%s/%s, SignedHeaders=%s, Signature=%s"
                                .formatted(S3Server.ACCESS_KEY, scope, SIGNED, signature(scope, text)))
                .build();
        try (var client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
            var answer = client.send(request, HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() / 100 != 2) {
                throw new IllegalStateException(
                        "%s %s: %d %s".formatted(method, path, answer.statusCode(), answer.body()));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static String signature(String scope, String text) {
        var key = ("AWS4" + S3Server.SECRET_KEY).getBytes(StandardCharsets.UTF_8);
        for (var word : scope.split("/", -1)) {
            key = mac(key, word);
        }
        return hex(mac(key, text));
    }

    private static byte[] mac(byte[] key, String text) {
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }
}
