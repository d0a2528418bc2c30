package io.holdfast.plan.action;

import static io.holdfast.plan.action.Input.optional;
import static io.holdfast.plan.action.Input.required;

import java.util.List;

/** Actions that tell people, or other systems, something. */
public final class NotifyActions {

    private static final String TWICE =
            "A repetition cannot be told from a new message at the other end. When an answer was"
                    + " lost, the message is sent again, since a twofold message harms less than a recovery that waits; `repeat: false`"
                    + " lets a person decide instead. When the engine crashed while it sent, a person decides.";

    private static final Input REPEAT = optional(
            "repeat",
            ValueType.BOOLEAN,
            "Whether to send again when it is not known whether it was sent; without it, `true`.");

    public static final ActionDescriptor SLACK = new ActionDescriptor(
            "notify.slack",
            "Posts a message through a Slack incoming webhook.",
            ActionKind.ONCE,
            Effect.CHANGES,
            List.of(
                    required("webhook", ValueType.SECRET, "The URL of the webhook, which is a secret."),
                    required("text", ValueType.TEXT, "The message; `&`, `<` and `>` are shown as they are."),
                    optional("title", ValueType.TEXT, "Stands above it in bold."),
                    REPEAT),
            List.of(),
            "The text is shown literally: nobody is mentioned and no link is hidden behind other words. " + TWICE);

    public static final ActionDescriptor PAGERDUTY = new ActionDescriptor(
            "notify.pagerduty",
            "Triggers, acknowledges or resolves an alert through PagerDuty's Events API v2.",
            ActionKind.IDEMPOTENT,
            Effect.CHANGES,
            List.of(
                    required("routing-key", ValueType.SECRET, "The integration key of the service, 32 characters."),
                    required("summary", ValueType.TEXT, "What is so; cut at 1024 characters."),
                    optional("event", ValueType.TEXT, "`trigger`, `acknowledge` or `resolve`; without it, `trigger`."),
                    optional(
                            "severity",
                            ValueType.TEXT,
                            "`critical`, `error`, `warning` or `info`; without it, `critical`."),
                    optional("source", ValueType.TEXT, "Where it is so; without it, `holdfast`."),
                    optional("component", ValueType.TEXT, "The part that it is about."),
                    optional("details", ValueType.MAP, "Further facts by name."),
                    optional(
                            "dedup-key",
                            ValueType.TEXT,
                            "What the alert is told by, at most 255 characters; without it, this step of this run."
                                    + " A later `resolve` needs it: `${steps.STEP.dedup-key}`."),
                    optional(
                            "url",
                            ValueType.TEXT,
                            "Another address than PagerDuty's own, for example of its EU region.")),
            List.of(new Output("dedup-key", ValueType.TEXT, "What the alert is told by.")),
            "The same step of the same run always has the same deduplication key, so a repetition opens no second alert.");

    public static final ActionDescriptor MAIL = new ActionDescriptor(
            "notify.mail",
            "Sends a message through an SMTP server.",
            ActionKind.ONCE,
            Effect.CHANGES,
            List.of(
                    required("server", ValueType.TEXT, "`HOST` or `HOST:PORT`."),
                    required("from", ValueType.TEXT, "The sender's address."),
                    required("to", ValueType.LIST, "Addresses of those who receive it."),
                    required("subject", ValueType.TEXT, "One line."),
                    required("text", ValueType.TEXT, "The message, plain text."),
                    optional(
                            "encryption",
                            ValueType.TEXT,
                            "`starttls`, `tls` or `none`; without it, `starttls`. The certificate is always verified."),
                    optional("ca-file", ValueType.TEXT, "PEM file of the authorities to trust instead of Java's own."),
                    optional("user", ValueType.TEXT, "The name to log in by."),
                    optional("password", ValueType.SECRET, "The password to log in by; never sent without encryption."),
                    REPEAT),
            List.of(new Output("message-id", ValueType.TEXT, "The Message-ID header, the same for every attempt.")),
            TWICE);

    public static final ActionDescriptor WEBHOOK = new ActionDescriptor(
            "notify.webhook",
            "Posts a signed JSON document to a URL.",
            ActionKind.ONCE,
            Effect.CHANGES,
            List.of(
                    Input.target("url", "`https://`, or `http://` to this host only."),
                    required("key", ValueType.SECRET, "The key that both ends know, at least 32 characters."),
                    required("event", ValueType.TEXT, "What kind of news it is, for example `recovery.completed`."),
                    optional("data", ValueType.MAP, "Facts by name."),
                    optional("ca-file", ValueType.TEXT, "PEM file of the authorities to trust instead of Java's own."),
                    REPEAT),
            List.of(new Output("status", ValueType.INTEGER, "The status of the answer, 200 to 299.")),
            """
            The body is `{"id": ..., "event": ..., "sent": ..., "data": {...}}`. The headers are `Idempotency-Key` (the `id`:
            the same for every attempt of this step of this run), `Holdfast-Timestamp` (seconds since 1970) and
            `Holdfast-Signature`: `v1=` and the hexadecimal HMAC-SHA256, by the key, of the timestamp, a dot and the body. A
            receiver compares the signature in constant time, refuses a timestamp older than five minutes, and takes each `id`
            once.

            """ + TWICE);

    public static final List<ActionDescriptor> ALL = List.of(SLACK, PAGERDUTY, MAIL, WEBHOOK);

    private NotifyActions() {}
}
