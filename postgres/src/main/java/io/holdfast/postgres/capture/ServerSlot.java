package io.holdfast.postgres.capture;

import io.holdfast.postgres.cluster.SqlSession;
import io.holdfast.postgres.replication.ReplicationClient;
import io.holdfast.postgres.replication.SlotLife;
import io.holdfast.postgres.replication.SlotName;
import io.holdfast.postgres.wal.Lsn;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The permanent slot of a capture, as the view pg_replication_slots shows it on every supported version. */
final class ServerSlot {

    private static final Logger LOG = LoggerFactory.getLogger(ServerSlot.class);

    private static final Set<String> AWAITED = Set.of("sync", "quorum");

    private final SlotName name;

    ServerSlot(SlotName name) {
        this.name = name;
    }

    /** What became of it when it was made sure that it is usable. */
    enum Found {
        USABLE,
        CREATED,
        REPLACED
    }

    /**
     * What the server keeps for it.
     *
     * @param retained bytes of WAL from its restart position to what is flushed
     * @param safe bytes that may be written before it is lost; absent when unlimited
     */
    record Retention(OptionalLong retained, OptionalLong safe) {

        static final Retention UNKNOWN = new Retention(OptionalLong.empty(), OptionalLong.empty());
    }

    /** @param reason why the server has given it up, where it says so (PostgreSQL 17) */
    private record View(String type, Optional<Lsn> restart, String walStatus, String reason) {

        boolean isLost() {
            return restart.isEmpty() || walStatus.equals("lost");
        }
    }

    private Optional<View> view(SqlSession sql) {
        return sql.first(
                "SELECT slot_type, restart_lsn::text, coalesce(wal_status, '') AS wal_status,"
                        + " coalesce(to_jsonb(slot) ->> 'invalidation_reason', '') AS reason"
                        + " FROM pg_replication_slots AS slot WHERE slot_name = ?",
                row -> new View(
                        row.text("slot_type"), row.lsnIfAny("restart_lsn"), row.text("wal_status"), row.text("reason")),
                name.text());
    }

    /** Makes it if it is absent, and makes it anew if the server has given up its WAL. */
    Found ensure(SqlSession sql, ReplicationClient client) {
        var view = view(sql);
        if (view.isEmpty()) {
            client.createSlot(name, SlotLife.PERMANENT);
            return Found.CREATED;
        }
        if (!view.get().type().equals("physical")) {
            throw CaptureException.slotIsLogical(name.text());
        }
        if (view.get().isLost()) {
            LOG.warn(
                    "the server has given the slot up, and it is made anew slot={} wal_status={} reason={}",
                    name,
                    view.get().walStatus(),
                    view.get().reason());
            replace(client);
            return Found.REPLACED;
        }
        return Found.USABLE;
    }

    void replace(ReplicationClient client) {
        client.dropSlot(name);
        client.createSlot(name, SlotLife.PERMANENT);
    }

    /** Nothing happens if it is absent. */
    boolean drop(SqlSession sql) {
        if (view(sql).isEmpty()) {
            return false;
        }
        sql.execute("SELECT pg_drop_replication_slot(?)", name.text());
        return true;
    }

    /** The first position whose WAL the server keeps for it. */
    Optional<Lsn> restart(SqlSession sql) {
        return view(sql).flatMap(View::restart);
    }

    /**
     * Whether commits wait for who uses it; empty if nobody does, or if the role may not know: without pg_read_all_stats the view hides it
     * even of the role's own connections. Source: SyncRepGetCandidateStandbys in src/backend/replication/syncrep.c.
     */
    Optional<Boolean> isAwaited(SqlSession sql) {
        return sql.first(
                        "SELECT sync_state FROM pg_replication_slots"
                                + " JOIN pg_stat_replication ON pid = active_pid WHERE slot_name = ?",
                        row -> row.textIfAny("sync_state"),
                        name.text())
                .flatMap(state -> state)
                .map(AWAITED::contains);
    }

    Retention retention(SqlSession sql, Lsn flushed) {
        return sql.first(
                        "SELECT restart_lsn::text, safe_wal_size FROM pg_replication_slots WHERE slot_name = ?",
                        row -> new Retention(
                                row.lsnIfAny("restart_lsn")
                                        .map(restart -> OptionalLong.of(Math.max(0, flushed.minus(restart))))
                                        .orElse(OptionalLong.empty()),
                                row.numberIfAny("safe_wal_size")
                                        .map(OptionalLong::of)
                                        .orElse(OptionalLong.empty())),
                        name.text())
                .orElse(Retention.UNKNOWN);
    }
}
