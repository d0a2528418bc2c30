package io.holdfast.cli.check;

import io.holdfast.cli.configuration.ByteSize;
import io.holdfast.postgres.cluster.ServerFacts;
import io.holdfast.postgres.cluster.SqlSession;
import io.holdfast.postgres.replication.SlotName;
import java.util.Optional;
import java.util.OptionalLong;

/** Whether there is room for one more walsender and one more slot, and what the slot does to the server's disk. */
final class SlotChecks {

    private final SqlSession session;
    private final ServerFacts facts;
    private final SlotName slot;
    private final Findings findings;

    SlotChecks(SqlSession session, ServerFacts facts, SlotName slot, Findings findings) {
        this.session = session;
        this.facts = facts;
        this.slot = slot;
        this.findings = findings;
    }

    private record Slot(String kind, boolean active, String walStatus) {}

    /**
     * Makes the checks.
     *
     * @param freeForWal bytes free where pg_wal is, if that can be seen from here
     */
    void run(OptionalLong freeForWal) {
        var state = session.first(
                "SELECT slot_type, active, coalesce(wal_status, 'none') AS status FROM pg_replication_slots"
                        + " WHERE slot_name = ?",
                row -> new Slot(row.text("slot_type"), row.flag("active"), row.text("status")),
                slot.text());
        senders(state);
        slots(state);
        state.ifPresent(this::state);
        keepSize(freeForWal);
        idleTimeout();
    }

    /** A capture needs one; a backup without capture needs one while it lasts. */
    private void senders(Optional<Slot> state) {
        var used = session.one("SELECT count(*) AS used FROM pg_stat_replication", row -> row.number("used"));
        room("check.wal-senders", "max_wal_senders", facts.wal().maxSenders(), used, hasActive(state) ? 0 : 1);
    }

    private void slots(Optional<Slot> state) {
        var used = session.one("SELECT count(*) AS used FROM pg_replication_slots", row -> row.number("used"));
        room(
                "check.replication-slots",
                "max_replication_slots",
                facts.wal().maxSlots(),
                used,
                state.isPresent() ? 0 : 1);
    }

    private static boolean hasActive(Optional<Slot> state) {
        return state.filter(Slot::active).isPresent();
    }

    private void room(String code, String setting, int most, long used, int needed) {
        if (most - used >= needed) {
            findings.passed(code, "%s is %d, %d in use".formatted(setting, most, used));
        } else {
            findings.error(
                    code,
                    "%s is %d, and all are in use".formatted(setting, most),
                    "ALTER SYSTEM SET %s = %d; then restart the server".formatted(setting, Math.max(10, used + 4)));
        }
    }

    private void state(Slot state) {
        if (!state.kind().equals("physical")) {
            findings.error(
                    "check.slot",
                    "slot '%s' is of the kind '%s'".formatted(slot, state.kind()),
                    "give another name with --slot or capture.slot");
        } else if (state.walStatus().equals("lost")) {
            findings.error(
                    "check.slot",
                    "slot '%s' is lost: the server removed WAL that was not captured".formatted(slot),
                    "restart 'holdfast capture': it declares the gap; then take a backup with 'holdfast backup'");
        } else if (state.walStatus().equals("unreserved")) {
            findings.warning(
                    "check.slot",
                    "slot '%s' is about to be lost: it is further behind than max_slot_wal_keep_size".formatted(slot),
                    "look at once whether 'holdfast capture' runs: holdfast status");
        } else if (!state.active()) {
            findings.warning(
                    "check.slot",
                    "slot '%s' exists and nobody reads from it: the server keeps WAL for it".formatted(slot),
                    "start 'holdfast capture', or end protection: holdfast capture --remove-slot");
        } else {
            findings.passed("check.slot", "slot '%s' is being read".formatted(slot));
        }
    }

    /** A stopped agent must not take the database down. */
    private void keepSize(OptionalLong freeForWal) {
        if (facts.wal().maxSlotKeepBytes().isPresent()) {
            findings.passed(
                    "check.slot-keep-size",
                    "max_slot_wal_keep_size is %s"
                            .formatted(
                                    new ByteSize(facts.wal().maxSlotKeepBytes().getAsLong())));
            return;
        }
        var megabytes = freeForWal.isPresent() ? Math.max(1024, (freeForWal.getAsLong() / 2) >> 20) : 10 * 1024;
        var why = freeForWal.isPresent() ? "half of what is free where pg_wal is" : "a guess: leave room on its disk";
        findings.warning(
                "check.slot-keep-size",
                "max_slot_wal_keep_size is unbounded: if capture stops, WAL fills the server's disk and stops the server",
                "ALTER SYSTEM SET max_slot_wal_keep_size = '%dMB'; SELECT pg_reload_conf(); (%s)"
                        .formatted(megabytes, why));
    }

    private void idleTimeout() {
        facts.wal()
                .idleSlotTimeout()
                .ifPresent(timeout -> findings.warning(
                        "check.idle-slot-timeout",
                        "the server drops a slot that is idle for %d min".formatted(timeout.toMinutes()),
                        "ALTER SYSTEM SET idle_replication_slot_timeout = 0; SELECT pg_reload_conf();"));
    }
}
