package io.holdfast.postgres.cluster;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Reads {@code postgresql://user:password@host:port/database?parameter=value}, every part optional and
 * percent-encoded. Source: src/interfaces/libpq/fe-connect.c, conninfo_uri_parse_options. No message repeats the URI,
 * which may hold a password.
 */
public final class ConnectionUri {

    private static final String HINT = "write postgresql://user@host:port/database?sslmode=verify-full";

    private ConnectionUri() {}

    /** libpq's connection parameters, for {@link ConnectionDefaults#settings(Map)}. */
    public static Map<String, String> parse(String uri) {
        var parameters = new LinkedHashMap<String, String>();
        var rest = withoutScheme(uri);
        var question = rest.indexOf('?');
        var query = question < 0 ? "" : rest.substring(question + 1);
        rest = question < 0 ? rest : rest.substring(0, question);
        var slash = rest.indexOf('/');
        if (slash >= 0) {
            put(parameters, ConnectionParameter.DBNAME, rest.substring(slash + 1));
            rest = rest.substring(0, slash);
        }
        var at = rest.lastIndexOf('@');
        if (at >= 0) {
            readUser(parameters, rest.substring(0, at));
        }
        readHost(parameters, rest.substring(at + 1));
        readQuery(parameters, query);
        return Map.copyOf(parameters);
    }

    private static String withoutScheme(String uri) {
        for (var scheme : new String[] {"postgresql://", "postgres://"}) {
            if (uri.startsWith(scheme)) {
                return uri.substring(scheme.length());
            }
        }
        throw new InvalidConnectionException("a connection URI begins with postgresql://", HINT);
    }

    private static void readUser(Map<String, String> parameters, String text) {
        var colon = text.indexOf(':');
        put(parameters, ConnectionParameter.USER, colon < 0 ? text : text.substring(0, colon));
        if (colon >= 0) {
            put(parameters, ConnectionParameter.PASSWORD, text.substring(colon + 1));
        }
    }

    private static void readHost(Map<String, String> parameters, String text) {
        var bracket = text.startsWith("[") ? text.indexOf(']') : -1;
        if (text.startsWith("[") && bracket < 0) {
            throw new InvalidConnectionException("the IPv6 address of a connection URI has no closing bracket", HINT);
        }
        var colon = text.indexOf(':', bracket + 1);
        var host = colon < 0 ? text : text.substring(0, colon);
        put(parameters, ConnectionParameter.HOST, bracket < 0 ? host : host.substring(1, bracket));
        if (colon >= 0) {
            put(parameters, ConnectionParameter.PORT, text.substring(colon + 1));
        }
    }

    private static void readQuery(Map<String, String> parameters, String query) {
        for (var pair : query.isEmpty() ? new String[0] : query.split("&", -1)) {
            var equals = pair.indexOf('=');
            if (equals < 1) {
                throw new InvalidConnectionException("a parameter of a connection URI has no value", HINT);
            }
            parameters.put(decode(pair.substring(0, equals)), decode(pair.substring(equals + 1)));
        }
        ConnectionParameter.refuseUnknown(parameters.keySet());
    }

    private static void put(Map<String, String> parameters, ConnectionParameter parameter, String encoded) {
        if (!encoded.isEmpty()) {
            parameters.put(parameter.word(), decode(encoded));
        }
    }

    /** Not {@code URLDecoder}: a plus sign stands for itself here. */
    private static String decode(String text) {
        var bytes = new ByteArrayOutputStream(text.length());
        for (var i = 0; i < text.length(); ) {
            if (text.charAt(i) != '%') {
                var end = text.offsetByCodePoints(i, 1);
                bytes.writeBytes(text.substring(i, end).getBytes(StandardCharsets.UTF_8));
                i = end;
            } else if (i + 2 < text.length()
                    && HexFormat.isHexDigit(text.charAt(i + 1))
                    && HexFormat.isHexDigit(text.charAt(i + 2))) {
                bytes.write(HexFormat.fromHexDigits(text, i + 1, i + 3));
                i += 3;
            } else {
                throw new InvalidConnectionException(
                        "a percent sign in a connection URI is not followed by two hexadecimal digits", HINT);
            }
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
