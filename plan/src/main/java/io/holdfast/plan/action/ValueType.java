package io.holdfast.plan.action;

/** The type of an input or output of an action. */
public enum ValueType {
    TEXT,
    INTEGER,
    BOOLEAN,
    /** {@code 90s}, {@code 15m}, {@code 4h}, {@code 30d}. */
    DURATION,
    /** ISO 8601 with an offset. */
    INSTANT,
    /** A list of texts. */
    LIST,
    /** Texts by name. */
    MAP,
    /** A reference to where a secret is, {@code env:}, {@code file:} or {@code aws-secret:}; never the secret. */
    SECRET,
    /** References to secrets by name: {@code PGPASSWORD: env:APP_PASSWORD}. */
    SECRETS
}
