package io.holdfast.problem;

/** A text that must not be seen: it prints as {@code [REDACTED]} and is revealed only where it is used. */
public final class Secret {

    private final String text;

    public Secret(String text) {
        this.text = text;
    }

    public String reveal() {
        return text;
    }

    @Override
    public String toString() {
        return "[REDACTED]";
    }
}
