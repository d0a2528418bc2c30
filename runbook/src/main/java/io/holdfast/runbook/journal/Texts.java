package io.holdfast.runbook.journal;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/** Texts by name, as the state database keeps them. */
public final class Texts {

    /** NUL, and halves of characters of two units: PostgreSQL takes neither. */
    private static final Pattern NOT_STORABLE = Pattern.compile("[\\x00\\x{D800}-\\x{DFFF}]");

    /** What a terminal obeys instead of showing it, and what turns the order of the letters around. */
    private static final Pattern NOT_VISIBLE =
            Pattern.compile("[\\p{Cc}\\x{202A}-\\x{202E}\\x{2066}-\\x{2069}&&[^\\n\\t]]");

    private Texts() {}

    public static String json(Map<String, String> texts) {
        var storable = new LinkedHashMap<String, String>();
        texts.forEach((name, value) -> storable.put(storable(name), storable(value)));
        return Json.of(storable);
    }

    /** What programs and servers say may be anything: what cannot be stored of it becomes the sign for that, U+FFFD. */
    static String storable(String text) {
        return NOT_STORABLE.matcher(text).replaceAll("\uFFFD");
    }

    /** As people can read it whole: nothing in it hides, moves or colours another part of it. */
    public static String visible(String text) {
        return NOT_VISIBLE.matcher(text.replace("\r\n", "\n")).replaceAll("\uFFFD");
    }

    public static Map<String, String> map(String json) {
        return Json.texts(json);
    }
}
