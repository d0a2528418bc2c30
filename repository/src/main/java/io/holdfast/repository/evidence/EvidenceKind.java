package io.holdfast.repository.evidence;

/** What an entry is about. */
public enum EvidenceKind {
    /** A run of a procedure that has ended, with its approvals. */
    RUN,
    /** A backup that was restored and looked at. */
    PROOF,
    /** A plan that was published. */
    PLAN
}
