package io.holdfast.runbook.action;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLEncoder;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/**
 * How a text is spelled where it is told as part of something else: in a URL, in JSON, in SQL, in XML, in base64 as HTTP's
 * basic authentication has it, in hexadecimal digits.
 */
final class Spellings {

    /** A character of base64 holds six bits. */
    private static final int BITS = 6;

    private Spellings() {}

    /** The text itself, and every other spelling of it; of base64 the characters that are of this text alone. */
    static Set<String> of(String text) {
        var all = new TreeSet<String>();
        all.add(text);
        var url = URLEncoder.encode(text, UTF_8);
        for (var spelled : List.of(url, url.replace("+", "%20"), sparing(url))) {
            all.add(spelled);
            all.add(lowerCaseDigits(spelled));
        }
        var json = text.replace("\\", "\\\\").replace("\"", "\\\"");
        all.add(json);
        all.add(json.replace("/", "\\/"));
        all.add(text.replace("'", "''"));
        all.add(text.replace("'", "'\\''"));
        var xml = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
        all.add(xml);
        all.add(xml.replace("\"", "&quot;").replace("'", "&#39;"));
        var bytes = text.getBytes(UTF_8);
        all.addAll(base64(Base64.getEncoder(), bytes));
        all.addAll(base64(Base64.getUrlEncoder(), bytes));
        all.add(HexFormat.of().formatHex(bytes));
        all.add(HexFormat.of().withUpperCase().formatHex(bytes));
        return all;
    }

    /** As RFC 3986 has it, where marks that separate nothing in a password stay as they are. */
    private static String sparing(String url) {
        return url.replace("+", "%20")
                .replace("%21", "!")
                .replace("%24", "$")
                .replace("%27", "'")
                .replace("%28", "(")
                .replace("%29", ")")
                .replace("%2A", "*")
                .replace("%2B", "+")
                .replace("%2C", ",")
                .replace("%3B", ";")
                .replace("%3D", "=")
                .replace("%7E", "~");
    }

    private static String lowerCaseDigits(String url) {
        var spelled = new StringBuilder(url);
        for (var at = spelled.indexOf("%"); at >= 0 && at + 3 <= spelled.length(); at = spelled.indexOf("%", at + 1)) {
            spelled.replace(at, at + 3, spelled.substring(at, at + 3).toLowerCase(Locale.ROOT));
        }
        return spelled.toString();
    }

    /** Behind as many bytes as any text may have before it, which is one of three cases. */
    private static List<String> base64(Base64.Encoder encoder, byte[] bytes) {
        var all = new ArrayList<String>();
        all.add(encoder.encodeToString(bytes));
        for (var before = 0; before < 3; before++) {
            var padded = new byte[before + bytes.length];
            System.arraycopy(bytes, 0, padded, before, bytes.length);
            var from = (before * Byte.SIZE + BITS - 1) / BITS;
            var to = padded.length * Byte.SIZE / BITS;
            all.add(encoder.encodeToString(padded).substring(from, to));
        }
        return all;
    }
}
