package io.holdfast.plan.action;

/** What may be done with an action whose intent was journaled and whose outcome was not. */
public enum ActionKind {
    /** It may be done again: the second time changes nothing. */
    IDEMPOTENT,

    /** Its read-only probe tells whether it was done. */
    CHECKABLE,

    /** Neither: a person, or a probe that happens to know, decides. */
    ONCE
}
