package io.holdfast.repository.store.s3;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.holdfast.repository.store.ObjectKey;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Where a store in a bucket is and how it is reached. Holds no credentials: those come from where the AWS tools look for
 * them (variables, profiles, the instance's or the container's role).
 *
 * @param prefix what precedes every key: empty, or ending in a slash
 * @param endpoint of a server that is not Amazon's
 * @param role to assume, an ARN
 * @param requestTimeout longest wait for an answer, or for its next bytes
 * @param lock what new objects are locked with; no part of a {@link #reference}, which is for readers
 */
public record S3Settings(
        String bucket,
        String prefix,
        Optional<URI> endpoint,
        Optional<String> region,
        Optional<String> profile,
        Optional<String> role,
        boolean pathStyle,
        Optional<String> storageClass,
        S3Encryption encryption,
        Optional<String> kmsKey,
        Duration requestTimeout,
        Optional<S3Lock> lock) {

    public S3Settings {
        if (!prefix.isEmpty() && !prefix.endsWith("/")) {
            throw new IllegalArgumentException("a prefix ends in a slash: '%s'".formatted(prefix));
        }
        if (!requestTimeout.isPositive()) {
            throw new IllegalArgumentException("no time for a request: " + requestTimeout);
        }
    }

    /** The same, locking what is new. */
    public S3Settings withLock(S3Lock lock) {
        return new S3Settings(
                bucket,
                prefix,
                endpoint,
                region,
                profile,
                role,
                pathStyle,
                storageClass,
                encryption,
                kmsKey,
                requestTimeout,
                Optional.of(lock));
    }

    /** For messages. */
    String location() {
        var text = "s3://" + bucket + "/" + prefix;
        return text.substring(0, text.length() - 1);
    }

    /** What a key is called in the bucket. */
    String name(ObjectKey key) {
        return prefix + key.text();
    }

    /** All of it in one line, for {@link #ofReference}. */
    public String reference() {
        var words = new LinkedHashMap<String, String>();
        words.put("bucket", bucket);
        words.put("prefix", prefix);
        endpoint.ifPresent(value -> words.put("endpoint", value.toString()));
        region.ifPresent(value -> words.put("region", value));
        profile.ifPresent(value -> words.put("profile", value));
        role.ifPresent(value -> words.put("role", value));
        words.put("path-style", String.valueOf(pathStyle));
        storageClass.ifPresent(value -> words.put("storage-class", value));
        words.put("encryption", encryption.name());
        kmsKey.ifPresent(value -> words.put("kms-key", value));
        words.put("request-timeout", requestTimeout.toString());
        return words.entrySet().stream()
                .map(word -> word.getKey() + "=" + URLEncoder.encode(word.getValue(), UTF_8))
                .collect(Collectors.joining("&"));
    }

    /** Reads what {@link #reference} wrote. */
    public static S3Settings ofReference(String reference) {
        var words = new HashMap<String, String>();
        for (var word : reference.split("&", -1)) {
            var sign = word.indexOf('=');
            words.put(word.substring(0, sign), URLDecoder.decode(word.substring(sign + 1), UTF_8));
        }
        Function<String, Optional<String>> find = name -> Optional.ofNullable(words.get(name));
        return new S3Settings(
                find.apply("bucket").orElseThrow(),
                find.apply("prefix").orElseThrow(),
                find.apply("endpoint").map(URI::create),
                find.apply("region"),
                find.apply("profile"),
                find.apply("role"),
                Boolean.parseBoolean(find.apply("path-style").orElseThrow()),
                find.apply("storage-class"),
                S3Encryption.valueOf(find.apply("encryption").orElseThrow()),
                find.apply("kms-key"),
                Duration.parse(find.apply("request-timeout").orElseThrow()),
                Optional.empty());
    }
}
