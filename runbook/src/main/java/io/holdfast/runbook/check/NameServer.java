package io.holdfast.runbook.check;

import io.holdfast.runbook.action.UnusableInputException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Hashtable;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.naming.CommunicationException;
import javax.naming.Context;
import javax.naming.NameNotFoundException;
import javax.naming.NamingException;
import javax.naming.ServiceUnavailableException;
import javax.naming.directory.InitialDirContext;

/**
 * Who is asked about names, through the JDK.
 *
 * @param url {@code dns://HOST:PORT}, or {@code dns:} for the name servers of this host
 */
record NameServer(String url) {

    private static final Pattern ADDRESS =
            Pattern.compile("([A-Za-z0-9]([A-Za-z0-9.-]{0,252})|\\[[0-9a-fA-F:.]{2,45}])(:[0-9]{1,5})?");
    private static final String FIRST_PATIENCE_MILLIS = "1000";
    private static final String TRIES = "3";

    /** What came of a question. */
    sealed interface Answer {

        /** The values of all records, sorted; empty if there are none. */
        record Records(List<String> values) implements Answer {}

        record NoName() implements Answer {}

        record Silent(String reason) implements Answer {}
    }

    static NameServer of(Optional<String> given) {
        if (given.isEmpty()) {
            return new NameServer("dns:");
        }
        if (!ADDRESS.matcher(given.get()).matches()) {
            throw new UnusableInputException(
                    "server", "is not a host: '%s'".formatted(given.get()), "write HOST or HOST:PORT");
        }
        return new NameServer("dns://" + given.get());
    }

    /** @param name checked: JNDI would take specials in it for syntax of its own */
    // The DNS provider alone, which makes no objects out of what it reads; its interface wants a Hashtable.
    @SuppressWarnings({"BanJNDI", "JdkObsolete"})
    Answer ask(String name, String type) {
        var environment = new Hashtable<String, String>();
        environment.put(Context.INITIAL_CONTEXT_FACTORY, "com.sun.jndi.dns.DnsContextFactory");
        environment.put(Context.PROVIDER_URL, url);
        environment.put("com.sun.jndi.dns.timeout.initial", FIRST_PATIENCE_MILLIS);
        environment.put("com.sun.jndi.dns.timeout.retries", TRIES);
        try {
            var context = new InitialDirContext(environment);
            try {
                var records = context.getAttributes(name, new String[] {type}).get(type);
                return new Answer.Records(
                        records == null ? List.of() : values(type, Collections.list(records.getAll())));
            } finally {
                context.close();
            }
        } catch (NameNotFoundException _) {
            return new Answer.NoName();
        } catch (CommunicationException | ServiceUnavailableException _) {
            return new Answer.Silent("it does not answer");
        } catch (NamingException e) {
            return new Answer.Silent(e.getClass().getSimpleName() + ": " + e.getMessage());
        }
    }

    private static List<String> values(String type, List<?> records) {
        var values = new ArrayList<String>();
        records.forEach(value -> values.add(comparable(type, String.valueOf(value))));
        Collections.sort(values);
        return List.copyOf(values);
    }

    /** Without what does not matter: case and the final dot of names, quotes around texts. */
    static String comparable(String type, String value) {
        if (type.equals("TXT")) {
            return value.length() > 1 && value.startsWith("\"") && value.endsWith("\"")
                    ? value.substring(1, value.length() - 1).replace("\\\"", "\"")
                    : value;
        }
        var lower = value.strip().toLowerCase(Locale.ROOT);
        return lower.length() > 1 && lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
    }

    @Override
    public String toString() {
        return url.equals("dns:") ? "the name server of this host" : "name server '%s'".formatted(url.substring(6));
    }
}
