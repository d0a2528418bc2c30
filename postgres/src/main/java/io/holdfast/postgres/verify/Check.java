package io.holdfast.postgres.verify;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.List;

/**
 * What one kind of check has found.
 *
 * @param asked whether it was to be done at all
 * @param right how many of its things are right
 * @param wrong how many were proven to be wrong
 * @param unchecked how many could not be judged
 * @param findings what is wrong: the first hundred
 * @param doubts why something could not be judged: the first hundred
 */
public record Check(
        CheckKind kind,
        boolean asked,
        long right,
        long wrong,
        long unchecked,
        double seconds,
        List<String> findings,
        List<String> doubts) {

    public Check {
        findings = List.copyOf(findings);
        doubts = List.copyOf(doubts);
    }

    /** Of this kind alone; {@link Verdict#UNDETERMINED} also if it was not asked. */
    @JsonIgnore
    public Verdict verdict() {
        if (wrong > 0) {
            return Verdict.BAD;
        }
        return asked && unchecked == 0 && right > 0 ? Verdict.GOOD : Verdict.UNDETERMINED;
    }
}
