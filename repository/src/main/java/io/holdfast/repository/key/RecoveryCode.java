package io.holdfast.repository.key;

import io.holdfast.problem.Secret;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A recovery key as a person reads and types it: four lines of sixteen letters, each with a checksum of its own, so that a
 * slip is found on the line where it is. Section 4 of the format.
 */
public final class RecoveryCode {

    private static final String ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    private static final String ONE_LINE = "HOLDFAST-RECOVERY:1:";
    private static final int LINES = 4;
    private static final int LETTERS = 16;
    private static final int LINE_BYTES = DataKey.BYTES / LINES;

    private static final Pattern TYPED_LINE = Pattern.compile("\\s*([1-4])[.:)]?((?:\\s+[0-9A-Za-z]{4}){4})\\s*");
    private static final Pattern SCANNED = Pattern.compile("\\s*" + ONE_LINE + "([0-9A-Za-z]{64})\\s*");

    private final List<String> lines;

    private RecoveryCode(List<String> lines) {
        this.lines = lines;
    }

    static RecoveryCode of(byte[] secret) {
        return new RecoveryCode(
                IntStream.range(0, LINES).mapToObj(line -> encode(secret, line)).toList());
    }

    /** The numbered lines of a sheet. */
    public List<Secret> lines() {
        return IntStream.range(0, LINES)
                .mapToObj(line -> Secret.of("%d  %s".formatted(line + 1, grouped(lines.get(line)))))
                .toList();
    }

    /** The same in one line, for a QR code. */
    public Secret oneLine() {
        return Secret.of(ONE_LINE + String.join("", lines));
    }

    /**
     * Reads the recovery key out of whatever a sheet says besides.
     *
     * @throws KeyException if it is not all there, or mistyped; the message names the line, never its letters
     */
    public static RecoveryKey parse(Secret sheet) {
        var found = new TreeMap<Integer, String>();
        for (var text : sheet.reveal().lines().toList()) {
            var scanned = SCANNED.matcher(text);
            if (scanned.matches()) {
                for (int line = 0; line < LINES; line++) {
                    take(found, line, scanned.group(1).substring(line * LETTERS, (line + 1) * LETTERS));
                }
            }
            var typed = TYPED_LINE.matcher(text);
            if (typed.matches()) {
                take(found, Integer.parseInt(typed.group(1)) - 1, typed.group(2).replaceAll("\\s", ""));
            }
        }
        var missing = IntStream.range(0, LINES)
                .filter(line -> !found.containsKey(line))
                .mapToObj(line -> Integer.toString(line + 1))
                .collect(Collectors.joining(", "));
        if (!missing.isEmpty()) {
            throw KeyException.unusable(
                    "the recovery sheet lacks line %s of its key".formatted(missing),
                    "give four lines, each its number and four groups of four letters");
        }
        return decode(found.values());
    }

    private static void take(Map<Integer, String> found, int line, String letters) {
        var normal = letters.toUpperCase(Locale.ROOT)
                .replace('I', '1')
                .replace('L', '1')
                .replace('O', '0');
        var before = found.put(line, normal);
        if (before != null && !before.equals(normal)) {
            throw KeyException.unusable(
                    "the recovery sheet has two different lines %d".formatted(line + 1),
                    "give the lines of one sheet only");
        }
    }

    private static RecoveryKey decode(Iterable<String> lines) {
        var secret = new byte[DataKey.BYTES];
        int line = 0;
        for (var letters : lines) {
            var bytes = letterBytes(line, letters);
            System.arraycopy(bytes, 0, secret, line * LINE_BYTES, LINE_BYTES);
            if (!Arrays.equals(checksum(secret, line), Arrays.copyOfRange(bytes, LINE_BYTES, LINE_BYTES + 2))) {
                throw mistyped(line);
            }
            line++;
        }
        var key = new RecoveryKey(secret);
        Arrays.fill(secret, (byte) 0);
        return key;
    }

    private static String encode(byte[] secret, int line) {
        var bytes =
                Arrays.copyOf(Arrays.copyOfRange(secret, line * LINE_BYTES, (line + 1) * LINE_BYTES), LINE_BYTES + 2);
        System.arraycopy(checksum(secret, line), 0, bytes, LINE_BYTES, 2);
        var letters = new StringBuilder();
        for (int at = 0; at < LETTERS; at++) {
            letters.append(ALPHABET.charAt(fiveBits(bytes, at)));
        }
        return letters.toString();
    }

    private static byte[] letterBytes(int line, String letters) {
        var bytes = new byte[LINE_BYTES + 2];
        for (int at = 0; at < LETTERS; at++) {
            int value = ALPHABET.indexOf(letters.charAt(at));
            if (value < 0) {
                throw mistyped(line);
            }
            for (int bit = 0; bit < 5; bit++) {
                if (((value >> (4 - bit)) & 1) != 0) {
                    bytes[(at * 5 + bit) / 8] |= (byte) (0x80 >> (at * 5 + bit) % 8);
                }
            }
        }
        return bytes;
    }

    private static int fiveBits(byte[] bytes, int at) {
        int value = 0;
        for (int bit = at * 5; bit < at * 5 + 5; bit++) {
            value = (value << 1) | ((bytes[bit / 8] >> (7 - bit % 8)) & 1);
        }
        return value;
    }

    private static byte[] checksum(byte[] secret, int line) {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            digest.update("holdfast recovery line".getBytes(StandardCharsets.US_ASCII));
            digest.update((byte) (line + 1));
            digest.update(secret, line * LINE_BYTES, LINE_BYTES);
            return Arrays.copyOf(digest.digest(), 2);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this JDK lacks SHA-256", e);
        }
    }

    private static KeyException mistyped(int line) {
        return KeyException.unusable(
                "line %d of the recovery key is mistyped".formatted(line + 1),
                "compare it with the sheet, letter by letter; it has no I, L, O or U");
    }

    private static String grouped(String letters) {
        return letters.replaceAll("(.{4})(?!$)", "$1 ");
    }

    @Override
    public String toString() {
        return "RecoveryCode[REDACTED]";
    }
}
