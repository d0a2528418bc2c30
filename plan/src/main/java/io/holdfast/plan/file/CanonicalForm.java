package io.holdfast.plan.file;

import io.holdfast.plan.PlanHash;
import io.holdfast.plan.yaml.Node;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.TreeMap;

/**
 * A file as one line in which only what counts is left: JSON without spaces, every value a string, keys in the order of
 * their UTF-16 code units, strings escaped only where JSON demands it (RFC 8785 has the same rules).
 */
final class CanonicalForm {

    private final StringBuilder out = new StringBuilder();

    private CanonicalForm() {}

    static PlanHash hash(Node root) {
        try {
            var bytes = of(root).getBytes(StandardCharsets.UTF_8);
            return new PlanHash(HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(bytes)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    static String of(Node root) {
        var form = new CanonicalForm();
        form.write(root);
        return form.out.toString();
    }

    private void write(Node node) {
        switch (node) {
            case Node.Scalar scalar -> writeString(scalar.text());
            case Node.Empty _ -> out.append("null");
            case Node.Listing listing -> {
                var items = listing.items();
                out.append('[');
                for (var i = 0; i < items.size(); i++) {
                    out.append(i == 0 ? "" : ",");
                    write(items.get(i));
                }
                out.append(']');
            }
            case Node.Mapping mapping -> {
                out.append('{');
                var separator = "";
                for (var entry : new TreeMap<>(mapping.entries()).entrySet()) {
                    out.append(separator);
                    writeString(entry.getKey());
                    out.append(':');
                    write(entry.getValue().value());
                    separator = ",";
                }
                out.append('}');
            }
        }
    }

    private void writeString(String text) {
        out.append('"');
        for (var i = 0; i < text.length(); i++) {
            var letter = text.charAt(i);
            switch (letter) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\b' -> out.append("\\b");
                case '\f' -> out.append("\\f");
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                default -> out.append(letter < ' ' ? "\\u%04x".formatted((int) letter) : letter);
            }
        }
        out.append('"');
    }
}
