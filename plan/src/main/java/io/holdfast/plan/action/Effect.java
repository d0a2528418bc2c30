package io.holdfast.plan.action;

/** What an action does to its targets; decides how the run locks them. */
public enum Effect {
    /** It looks only: the lock is shared. */
    READS,

    /** It changes something: the lock is exclusive. */
    CHANGES
}
