package io.holdfast.postgres.backup;

import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;

/**
 * The bytes of a path as the system has them, one ISO 8859-1 character for each (see FilePath). {@link Path#toString}
 * decodes them by the locale and loses what is no text there, and {@link Path#of} encodes by it; the URI of a path keeps
 * them both ways.
 */
public final class PathBytes {

    private static final Path ROOT = Path.of("/");

    private PathBytes() {}

    public static String of(Path path) {
        var text = path.toString();
        if (text.chars().allMatch(c -> c < 0x80)) {
            return text;
        }
        var bytes = decode(ROOT.resolve(path).toUri().getRawPath());
        // A URI begins with a slash, and ends with one if there is such a folder now.
        var end = bytes.endsWith("/") ? bytes.length() - 1 : bytes.length();
        return bytes.substring(path.isAbsolute() ? 0 : 1, end);
    }

    /** The inverse: a path of exactly these bytes, whatever the locale. */
    public static Path toPath(String bytes) {
        if (bytes.chars().allMatch(c -> c < 0x80)) {
            return Path.of(bytes);
        }
        if (bytes.startsWith("/")) {
            return Path.of(URI.create("file://" + encode(bytes)));
        }
        var beneath = Path.of(URI.create("file:///_/" + encode(bytes)));
        return beneath.subpath(1, beneath.getNameCount());
    }

    private static String encode(String bytes) {
        var raw = new StringBuilder();
        bytes.chars().forEach(c -> {
            if (c == '/') {
                raw.append('/');
            } else {
                raw.append('%').append(HexFormat.of().toHexDigits((byte) c));
            }
        });
        return raw.toString();
    }

    private static String decode(String raw) {
        var bytes = new ByteArrayOutputStream();
        for (int i = 0; i < raw.length(); i++) {
            if (raw.charAt(i) == '%') {
                bytes.write(Integer.parseInt(raw, i + 1, i + 3, 16));
                i += 2;
            } else {
                bytes.write(raw.charAt(i));
            }
        }
        return bytes.toString(StandardCharsets.ISO_8859_1);
    }
}
