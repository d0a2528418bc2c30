package io.holdfast.runbook.journal;

import java.util.Map;

/** Texts by name, as the state database keeps them. */
public final class Texts {

    private Texts() {}

    public static String json(Map<String, String> texts) {
        return Json.of(texts);
    }

    public static Map<String, String> map(String json) {
        return Json.texts(json);
    }
}
