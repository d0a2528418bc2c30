package io.holdfast.repository.store;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * For how long what a repository is made of cannot be removed, told by the names of section 3 of the format.
 *
 * @param full of manifests; what they need is locked for longer
 * @param pieces of WAL that a whole segment will stand for soon, and of what protects something for a while: intents, holds
 */
public record LockTerms(Duration full, Duration pieces) {

    private static final Pattern UNLOCKED = Pattern.compile("(check|condemn|repack)/.*|claim/.*/covered/[^/]+");
    private static final Pattern SHORT = Pattern.compile("claim/.*/wal/.*|backup/[^/]+/intent-[^/]+|hold/.*");
    private static final Duration LONGEST_MARGIN = Duration.ofHours(6);

    public LockTerms {
        if (!full.isPositive() || !pieces.isPositive()) {
            throw new IllegalArgumentException("no time to lock for: %s, %s".formatted(full, pieces));
        }
    }

    /** What may pass between the look at a lock and the creation of the manifest that relies on it. */
    public Duration margin() {
        var part = full.dividedBy(20);
        return part.compareTo(LONGEST_MARGIN) < 0 ? part : LONGEST_MARGIN;
    }

    /** What is extended is extended by so much more than is needed, so that it is not touched again by the next backup. */
    public Duration stride() {
        return full.dividedBy(4);
    }

    /** For how long a new object is locked; empty for what nothing needs for long. */
    public Optional<Duration> of(ObjectKey key) {
        var name = key.text();
        if (UNLOCKED.matcher(name).matches()) {
            return Optional.empty();
        }
        if (SHORT.matcher(name).matches()) {
            return Optional.of(pieces);
        }
        return Optional.of(
                name.startsWith("manifest/") ? full : full.plus(margin()).plus(stride()));
    }
}
