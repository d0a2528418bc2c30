package io.holdfast.postgres.capture;

/** Why less may be recoverable than should be. */
public enum RiskReason {
    NOT_STREAMING("no WAL is being received"),
    UPLOAD_FAILING("what was received does not reach the repository"),
    SPOOL_FILLING("the spool has reached half of its limit"),
    WAL_BROKEN("the server sends WAL that cannot be replayed"),
    BACKUP_WANTED("WAL is missing: only a new base backup restores protection"),
    COVERAGE_STALE("for a minute it was not seen that everything is stored"),
    SLOT_AT_RISK("the server is about to give up the WAL that the slot holds"),
    MERGE_FAILING("pieces cannot be merged into segments"),
    DIVERGED("another source holds different WAL of the same timeline"),
    EXPOSED("commits were let go that the repository does not hold yet"),
    NOT_AWAITED(
            "capture.ack is 'repository', and no commit waits: synchronous_standby_names does not choose this capture"),
    AWAITED_BY_SPOOL("commits wait for what the spool has, which is lost with the host: capture.ack is 'spool'");

    private final String meaning;

    RiskReason(String meaning) {
        this.meaning = meaning;
    }

    public String meaning() {
        return meaning;
    }
}
