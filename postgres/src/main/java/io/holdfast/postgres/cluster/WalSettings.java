package io.holdfast.postgres.cluster;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A server's settings that matter to replication.
 *
 * @param maxSlotKeepBytes how much WAL slots may hold back; absent: until the disk is full
 * @param summarizing {@code summarize_wal}, which exists since PostgreSQL 17; false before
 * @param senderTimeout after which a silent receiver is cut off; zero: never
 * @param idleSlotTimeout after which an unused slot is invalidated, since PostgreSQL 18; absent: never
 * @param synchronousStandbyNames as configured; empty when commits wait for nobody
 */
public record WalSettings(
        WalLevel level,
        int maxSenders,
        int maxSlots,
        OptionalLong maxSlotKeepBytes,
        boolean fullPageWrites,
        boolean summarizing,
        Duration senderTimeout,
        Optional<Duration> idleSlotTimeout,
        String synchronousStandbyNames) {}
