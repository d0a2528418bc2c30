package io.holdfast.postgres.cluster;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Settings of our own sessions. A server, database or role may default to anything; what our statements mean and how
 * long they may take must not depend on it. Sent in the startup packet, which comes after ALTER DATABASE and ALTER
 * ROLE in precedence (src/include/utils/guc.h, PGC_S_CLIENT), so that no statement runs under the server's defaults.
 */
public final class SessionSettings {

    private static final Map<String, String> FIXED = fixed();

    private SessionSettings() {}

    private static Map<String, String> fixed() {
        var settings = new LinkedHashMap<String, String>();
        settings.put("TimeZone", "UTC");
        settings.put("DateStyle", "ISO,YMD");
        settings.put("IntervalStyle", "postgres");
        settings.put("bytea_output", "hex");
        settings.put("standard_conforming_strings", "on");
        settings.put("search_path", "pg_catalog,pg_temp");
        settings.put("default_transaction_read_only", "off");
        settings.put("default_transaction_deferrable", "off");
        settings.put("default_transaction_isolation", "read\\ committed");
        settings.put("statement_timeout", "0");
        settings.put("lock_timeout", "0");
        settings.put("idle_in_transaction_session_timeout", "0");
        settings.put("idle_session_timeout", "0");
        return settings;
    }

    /** The {@code options} parameter of the startup packet. Every setting exists since PostgreSQL 14. */
    public static String startupOptions() {
        return FIXED.entrySet().stream()
                .map(setting -> "-c %s=%s".formatted(setting.getKey(), setting.getValue()))
                .collect(Collectors.joining(" "));
    }
}
