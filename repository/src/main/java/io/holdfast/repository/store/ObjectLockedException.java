package io.holdfast.repository.store;

import io.holdfast.problem.ProblemKind;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** An object cannot be removed yet, by anybody. */
public final class ObjectLockedException extends StoreException {

    private static final long serialVersionUID = 1;

    private final transient Optional<Instant> until;

    /** @param until empty for a legal hold, which ends when somebody lifts it */
    public ObjectLockedException(String location, ObjectKey key, Optional<Instant> until, @Nullable Throwable cause) {
        super(
                "object '%s' in %s is locked %s"
                        .formatted(
                                key, location, until.map(end -> "until " + end).orElse("by a legal hold")),
                until.isPresent()
                        ? "it can be removed after that; run 'holdfast expire' again then"
                        : "whoever placed the hold has to lift it",
                ProblemKind.REFUSED,
                cause);
        this.until = until;
    }

    public Optional<Instant> until() {
        return until;
    }

    @Override
    public String code() {
        return "store.object-locked";
    }
}
