package io.holdfast.postgres.backup;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * The bytes of a path as the system has them, one ISO 8859-1 character for each (see FilePath). {@link Path#toString}
 * decodes them by the locale and loses what is no text there; the URI of a path keeps them.
 */
final class PathBytes {

    private static final Path ROOT = Path.of("/");

    private PathBytes() {}

    static String of(Path path) {
        var text = path.toString();
        if (text.chars().allMatch(c -> c < 0x80)) {
            return text;
        }
        var bytes = decode(ROOT.resolve(path).toUri().getRawPath());
        // A URI begins with a slash, and ends with one if there is such a folder now.
        var end = bytes.endsWith("/") ? bytes.length() - 1 : bytes.length();
        return bytes.substring(path.isAbsolute() ? 0 : 1, end);
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
