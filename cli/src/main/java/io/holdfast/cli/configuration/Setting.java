package io.holdfast.cli.configuration;

import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One thing that can be configured. Compared by identity: there is one object for each.
 *
 * <p>Its path names it in {@code holdfast.yaml} ({@code backup.max-rate}) and gives its variable
 * ({@code HOLDFAST_BACKUP_MAX_RATE}).
 */
public final class Setting<T> {

    private final String path;
    private final ValueType<T> type;
    private final String description;
    private final @Nullable String flag;
    private final @Nullable String defaultText;
    private final @Nullable String defaultDescription;

    private Setting(
            String path,
            ValueType<T> type,
            String description,
            @Nullable String flag,
            @Nullable String defaultText,
            @Nullable String defaultDescription) {
        this.path = path;
        this.type = type;
        this.description = description;
        this.flag = flag;
        this.defaultText = defaultText;
        this.defaultDescription = defaultDescription;
    }

    static <T> Setting<T> of(String path, ValueType<T> type, String description) {
        return new Setting<>(path, type, description, null, null, null);
    }

    Setting<T> withFlag(String name) {
        return new Setting<>(path, type, description, name, defaultText, defaultDescription);
    }

    Setting<T> withDefault(String text) {
        return new Setting<>(path, type, description, flag, text, defaultDescription);
    }

    /** The value is absent unless it is given; this says what then happens. */
    Setting<T> withDefaultDescription(String words) {
        return new Setting<>(path, type, description, flag, defaultText, words);
    }

    public String path() {
        return path;
    }

    ValueType<T> type() {
        return type;
    }

    public String description() {
        return description;
    }

    /** With its two dashes; absent if only file and environment give it. */
    public Optional<String> flag() {
        return Optional.ofNullable(flag);
    }

    /** What stands for a value in a synopsis. */
    public String label() {
        return type.label();
    }

    public boolean isPath() {
        return type.isPath();
    }

    Optional<String> defaultText() {
        return Optional.ofNullable(defaultText);
    }

    /** For people; empty if there is none. */
    public String defaultInWords() {
        return defaultText != null ? defaultText : defaultDescription != null ? defaultDescription : "";
    }

    public String variable() {
        return "HOLDFAST_" + path.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
    }

    @Override
    public String toString() {
        return path;
    }
}
