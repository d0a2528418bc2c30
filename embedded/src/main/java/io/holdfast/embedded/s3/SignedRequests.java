package io.holdfast.embedded.s3;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Requests to an S3 server, signed (version 4) without the SDK: what is done behind a store's back.
 *
 * @param endpoint of the server
 * @param by whose they are
 * @param clock what it says is part of each signature
 */
public record SignedRequests(URI endpoint, S3User by, InstantSource clock) {

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
        send("PUT", path, query, body, Map.of()).requireSuccess();
    }

    /** Deletes an object, as {@link #put}. */
    public void delete(String path) {
        send("DELETE", path, "", "", Map.of()).requireSuccess();
    }

    /** What the server answered. */
    public record Answer(String request, int status, String body) {

        public boolean isSuccess() {
            return status / 100 == 2;
        }

        /** Content of the first element of that name. */
        String text(String element) {
            var found = Pattern.compile("<%1$s>(.*?)</%1$s>".formatted(element)).matcher(body);
            if (!found.find()) {
                throw new IllegalStateException("%s: no %s in %s".formatted(request, element, body));
            }
            return found.group(1);
        }

        void requireSuccess() {
            if (!isSuccess()) {
                throw new IllegalStateException("%s: %d %s".formatted(request, status, body));
            }
        }
    }

    /**
     * Sends whatever is to be answered.
     *
     * @param query as it is signed: sorted, each name with its {@code =}
     * @param headers by their names in small letters
     */
    public Answer send(String method, String path, String query, String body, Map<String, String> headers) {
        return send("s3", method, path, query, body, headers);
    }

    /** Asks for something about users, in the words of IAM: {@code Action=CreateUser&UserName=x}. */
    Answer administer(String form) {
        return send("iam", "POST", "/", "", form, Map.of("content-type", "application/x-www-form-urlencoded"));
    }

    private Answer send(
            String service, String method, String path, String query, String body, Map<String, String> headers) {
        var time = TIME.format(clock.instant());
        var hash = hex(sha256(body));
        var signed = new TreeMap<>(headers);
        signed.put("host", endpoint.getAuthority());
        signed.put("x-amz-content-sha256", hash);
        signed.put("x-amz-date", time);
        var names = String.join(";", signed.keySet());
        var lines = new StringBuilder();
        signed.forEach(
                (name, value) -> lines.append(name).append(':').append(value).append('\n'));
        var canonical = String.join("\n", method, path, query, lines, names, hash);
        var scope = time.substring(0, 8) + "/us-east-1/%s/aws4_request".formatted(service);
        var text = String.join("\n", "AWS4-HMAC-SHA256", time, scope, hex(sha256(canonical)));
        var builder = HttpRequest.newBuilder(URI.create(endpoint + path + (query.isEmpty() ? "" : "?" + query)))
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .header(
                        "Authorization",
                        "AWS4-HMAC-SHA256 Credential=%s/%s, SignedHeaders=%s, Signature=%s"
                                .formatted(by.accessKey(), scope, names, signature(scope, text)));
        signed.remove("host");
        signed.forEach(builder::header);
        try (var client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
            var answer = client.send(builder.build(), HttpResponse.BodyHandlers.ofString());
            return new Answer("%s %s?%s".formatted(method, path, query), answer.statusCode(), answer.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private String signature(String scope, String text) {
        var key = ("AWS4" + by.secretKey()).getBytes(StandardCharsets.UTF_8);
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
