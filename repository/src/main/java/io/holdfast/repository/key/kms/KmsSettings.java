package io.holdfast.repository.key.kms;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Which key of AWS KMS, and how the service is reached. Holds no credentials: those come from where the AWS tools look for
 * them.
 *
 * @param key ARN of a key or an alias, {@code alias/NAME}, or the id of a key
 * @param endpoint of a server that is not Amazon's, or of another way to Amazon's
 * @param region of a key that is not named by its ARN
 * @param role to assume, an ARN
 */
public record KmsSettings(
        String key, Optional<URI> endpoint, Optional<String> region, Optional<String> profile, Optional<String> role) {

    /** How a key is named. */
    public static final String SYNTAX =
            "(arn:aws[a-z0-9-]*:kms:[a-z0-9-]+:[0-9]{12}:(key|alias)/[A-Za-z0-9/_-]+|alias/[A-Za-z0-9/_-]+|(mrk-)?[0-9a-f-]{32,36})";

    private static final Pattern KEY = Pattern.compile(SYNTAX);

    public KmsSettings {
        if (!isKey(key)) {
            throw new IllegalArgumentException("not the name of a KMS key: " + key);
        }
    }

    public static boolean isKey(String text) {
        return KEY.matcher(text).matches();
    }

    /** The region in an ARN of a key. */
    public static Optional<String> regionOf(String key) {
        var parts = key.split(":", -1);
        return parts.length == 6 && !parts[3].isEmpty() ? Optional.of(parts[3]) : Optional.empty();
    }

    /** Where the key is asked for: its ARN knows best. */
    Optional<String> regionOfKey() {
        return regionOf(key).or(() -> region);
    }

    /** All of it in one line, for {@link #ofReference}. */
    public String reference() {
        var words = new LinkedHashMap<String, String>();
        words.put("key", key);
        endpoint.ifPresent(value -> words.put("endpoint", value.toString()));
        region.ifPresent(value -> words.put("region", value));
        profile.ifPresent(value -> words.put("profile", value));
        role.ifPresent(value -> words.put("role", value));
        return words.entrySet().stream()
                .map(word -> word.getKey() + "=" + URLEncoder.encode(word.getValue(), UTF_8))
                .collect(Collectors.joining("&"));
    }

    /** Reads what {@link #reference} wrote. */
    public static KmsSettings ofReference(String reference) {
        var words = new HashMap<String, String>();
        for (var word : reference.split("&", -1)) {
            var sign = word.indexOf('=');
            words.put(word.substring(0, sign), URLDecoder.decode(word.substring(sign + 1), UTF_8));
        }
        Function<String, Optional<String>> find = name -> Optional.ofNullable(words.get(name));
        return new KmsSettings(
                find.apply("key").orElseThrow(),
                find.apply("endpoint").map(URI::create),
                find.apply("region"),
                find.apply("profile"),
                find.apply("role"));
    }
}
