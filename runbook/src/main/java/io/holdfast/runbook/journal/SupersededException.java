package io.holdfast.runbook.journal;

/** Somebody else executes the run by now, or it has ended: what was to be written was recorded as an event and changed nothing. */
public final class SupersededException extends RuntimeException {

    private static final long serialVersionUID = 1;

    public SupersededException(Claim claim) {
        super("run %s: epoch %d is superseded".formatted(claim.run(), claim.epoch()));
    }
}
