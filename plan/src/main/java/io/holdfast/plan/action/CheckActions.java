package io.holdfast.plan.action;

import static io.holdfast.plan.action.Input.optional;
import static io.holdfast.plan.action.Input.target;

import java.util.List;

/** Actions that look at the world outside PostgreSQL, or only let time pass. */
public final class CheckActions {

    private static final Input WITHIN = optional(
            "within", ValueType.DURATION, "Look again until it holds, for at most this long; without it, once.");

    private static final Input EVERY =
            optional("every", ValueType.DURATION, "How long to wait between two looks; without it, `2s`.");

    static final Output ATTEMPTS = new Output("attempts", ValueType.INTEGER, "How often it was looked.");

    static final Output GREEN_AT = new Output("green-at", ValueType.INSTANT, "When it first held and went on holding.");

    /** What is answered by everything that looks again until it holds. */
    static final List<Output> LOOKS = List.of(ATTEMPTS, GREEN_AT);

    public static final ActionDescriptor HTTP_CHECK = new ActionDescriptor(
            "http.check",
            "Asks a URL and holds the answer against what is expected.",
            ActionKind.IDEMPOTENT,
            Effect.READS,
            List.of(
                    target("url", "`http://` or `https://`, without user and password in it."),
                    optional("status", ValueType.INTEGER, "The expected status; without it, `200`."),
                    optional("body-contains", ValueType.TEXT, "A text that must stand in the body."),
                    optional(
                            "json-pointer",
                            ValueType.TEXT,
                            "Which value of a JSON body to look at, as RFC 6901 has it: `/checks/database`."),
                    optional(
                            "json-equals",
                            ValueType.TEXT,
                            "What that value must be, as text; without it, it must only be there."),
                    optional("headers", ValueType.MAP, "Further request headers."),
                    optional("secret-headers", ValueType.SECRETS, "Request headers that hold secrets."),
                    optional("ca-file", ValueType.TEXT, "PEM file of the authorities to trust instead of Java's own."),
                    optional("request-timeout", ValueType.DURATION, "For one request; without it, `10s`."),
                    optional("successes", ValueType.INTEGER, "How many looks in a row must hold; without it, `1`."),
                    WITHIN,
                    EVERY),
            List.of(
                    new Output("status", ValueType.INTEGER, "The status of the last answer."),
                    new Output("value", ValueType.TEXT, "The value at the JSON pointer, where one is given."),
                    ATTEMPTS,
                    GREEN_AT),
            "Certificates are always verified. Redirects are not followed: a redirect is an answer with its own status. At"
                    + " most 1 MiB of the body is read.");

    public static final ActionDescriptor DNS_CHECK = new ActionDescriptor(
            "dns.check",
            "Asks a name server for the records of a name and holds them against what is expected.",
            ActionKind.IDEMPOTENT,
            Effect.READS,
            List.of(
                    target("name", "The name, for example `app.example.org`."),
                    optional(
                            "type",
                            ValueType.TEXT,
                            "`A`, `AAAA`, `CNAME`, `MX`, `NS`, `TXT`, `SRV` or `PTR`; without it, `A`."),
                    optional(
                            "expect",
                            ValueType.LIST,
                            "The values of all records, in any order; without it, there must only be one."),
                    optional(
                            "server",
                            ValueType.TEXT,
                            "The name server, `HOST` or `HOST:PORT`; without it, those of this host."),
                    WITHIN,
                    EVERY),
            List.of(
                    new Output("values", ValueType.TEXT, "The values found, sorted, with commas between."),
                    ATTEMPTS,
                    GREEN_AT),
            "Asks the named server itself, so that no cache on the way answers for it. A final dot of a name, and the case"
                    + " of its letters, do not matter.");

    public static final ActionDescriptor WAIT = new ActionDescriptor(
            "wait",
            "Lets time pass.",
            ActionKind.IDEMPOTENT,
            Effect.READS,
            List.of(
                    optional("duration", ValueType.DURATION, "How long, from when the step begins."),
                    optional("until", ValueType.INSTANT, "Until when; a time that has passed ends it at once.")),
            List.of(new Output("waited", ValueType.DURATION, "How long it took.")),
            "One of the two is needed. After a crash a `duration` begins anew; `until` does not.");

    public static final List<ActionDescriptor> ALL = List.of(HTTP_CHECK, DNS_CHECK, WAIT);

    private CheckActions() {}
}
