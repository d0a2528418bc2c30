package io.holdfast.postgres.backup;

import io.holdfast.problem.HoldfastException;
import io.holdfast.problem.ProblemKind;
import java.util.Optional;
import java.util.function.Supplier;

/** What could not be read of the parent, and was therefore read of the cluster and stored again. Thread-safe. */
final class ParentDamage {

    private long parts;
    private String first = "";

    /** What the parent has; empty if that is damaged or missing. */
    <T> Optional<T> unlessDamaged(Supplier<Optional<T>> read) {
        try {
            return read.get();
        } catch (HoldfastException e) {
            if (e.kind() != ProblemKind.DAMAGED) {
                throw e;
            }
            add(String.valueOf(e.getMessage()));
            return Optional.empty();
        }
    }

    private synchronized void add(String message) {
        first = parts == 0 ? message : first;
        parts++;
    }

    synchronized Optional<IncrementalDetails.DamagedParent> found() {
        return parts == 0 ? Optional.empty() : Optional.of(new IncrementalDetails.DamagedParent(parts, first));
    }
}
