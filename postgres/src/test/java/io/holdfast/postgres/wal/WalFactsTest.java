package io.holdfast.postgres.wal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The facts in the index are those that pg_waldump prints. */
class WalFactsTest {

    private static final Set<String> ENDINGS = Set.of("COMMIT", "COMMIT_PREPARED", "ABORT", "ABORT_PREPARED");

    @ParameterizedTest
    @ValueSource(ints = {15, 16, 18})
    void transactions_have_their_xid_time_and_end(int major) {
        var wal = WalFixture.of(major, 1);
        var expected = wal.records().stream()
                .filter(record -> ENDINGS.contains(record.kind()))
                .map(WalFactsTest::transaction)
                .toList();

        var index = index(wal);

        assertThat(index.transactions()).isEqualTo(expected).hasSizeGreaterThan(15);
        assertThat(index.aborts()).isEqualTo(2);
        assertThat(index.commits()).isEqualTo(expected.size() - 2);
        assertThat(index.lastCommit())
                .contains(expected.stream()
                        .filter(WalTransaction::committed)
                        .toList()
                        .getLast());
    }

    @ParameterizedTest
    @ValueSource(ints = {15, 16, 18})
    void events_are_where_pg_waldump_prints_them(int major) {
        var wal = WalFixture.of(major, 1);

        var described = index(wal).events().stream().map(WalFactsTest::describe).toList();

        assertThat(described)
                .isEqualTo(wal.records().stream()
                        .map(WalFactsTest::describe)
                        .filter(text -> !text.isEmpty())
                        .toList())
                .anyMatch(text -> text.contains("RESTORE_POINT before the storm"))
                .anyMatch(text -> text.contains("PARAMETER_CHANGE max_connections=50 max_worker_processes=8"))
                .anyMatch(text -> text.contains("FPW_CHANGE false"))
                .anyMatch(text -> text.contains("BACKUP_END"))
                .anyMatch(text -> text.contains("OVERWRITE_CONTRECORD"))
                .anyMatch(text -> text.contains("CHECKPOINT_ONLINE"))
                .anyMatch(text -> text.contains("CHECKPOINT_SHUTDOWN"));
    }

    @ParameterizedTest
    @ValueSource(ints = {15, 16, 18})
    void a_promotion_is_told_with_both_timelines(int major) {
        var wal = WalFixture.of(major, 2);

        var events = index(wal).events();

        assertThat(events)
                .filteredOn(WalEvent.EndOfRecovery.class::isInstance)
                .singleElement()
                .satisfies(event -> {
                    var promotion = (WalEvent.EndOfRecovery) event;
                    assertThat(promotion.timeline()).isEqualTo(new TimelineId(2));
                    assertThat(promotion.previous()).isEqualTo(new TimelineId(1));
                    assertThat(promotion.start())
                            .isEqualTo(wal.identity().history().begin());
                });
    }

    @ParameterizedTest
    @ValueSource(ints = {15, 16, 18})
    void a_parameter_change_tells_how_much_is_written(int major) {
        assertThat(index(WalFixture.of(major, 1)).events())
                .filteredOn(WalEvent.ParameterChange.class::isInstance)
                .singleElement()
                .satisfies(event -> {
                    var change = (WalEvent.ParameterChange) event;
                    assertThat(change.maxLocksPerTransaction()).isEqualTo(64);
                    assertThat(change.walLevel()).isEqualTo(WalLevel.LOGICAL);
                });
    }

    @ParameterizedTest
    @ValueSource(ints = {15, 16, 18})
    void a_restore_point_is_found_by_its_name(int major) {
        var index = index(WalFixture.of(major, 1));

        assertThat(index.restorePoints("before the storm"))
                .singleElement()
                .satisfies(point -> assertThat(point.time())
                        .isBetween(
                                index.earliest().orElseThrow(), index.latest().orElseThrow()));
        assertThat(index.restorePoints("after the storm")).isEmpty();
    }

    private static WalIndex index(WalFixture wal) {
        var builder = new WalIndexBuilder(wal.identity().timeline(), wal.start());
        var scanner = wal.scanner(builder);
        wal.feedAll(scanner);
        return builder.cut(scanner.validEnd());
    }

    private static WalTransaction transaction(WalFixture.DumpedRecord record) {
        var rest = record.description().substring(record.kind().length() + 1);
        var xid = record.xid();
        if (record.kind().endsWith("PREPARED")) {
            xid = Integer.parseUnsignedInt(rest.substring(0, rest.indexOf(':')));
            rest = rest.substring(rest.indexOf(':') + 2);
        }
        return new WalTransaction(end(record), xid, time(rest), record.kind().startsWith("COMMIT"));
    }

    private static Instant time(String text) {
        return LocalDateTime.parse(text.substring(0, 26).replace(' ', 'T')).toInstant(ZoneOffset.UTC);
    }

    private static Lsn end(WalFixture.DumpedRecord record) {
        var end = record.lsn().offset();
        for (var left = (record.length() + 7L) & ~7L; left > 0; ) {
            if (end % 8192 == 0) {
                end += end % (1 << 20) == 0 ? 40 : 24;
            }
            var onPage = Math.min(left, 8192 - end % 8192);
            end += onPage;
            left -= onPage;
        }
        return new Lsn(end);
    }

    /** Empty for a record that is not indexed. Long descriptions are cut in the fixtures. */
    private static String describe(WalFixture.DumpedRecord record) {
        var words = List.of(record.description().split("[ ;]+"));
        var shown = switch (record.kind()) {
            case "RESTORE_POINT", "FPW_CHANGE", "BACKUP_END" -> record.description();
            case "CHECKPOINT_ONLINE", "CHECKPOINT_SHUTDOWN" -> String.join(" ", words.subList(0, 10));
            case "PARAMETER_CHANGE" -> String.join(" ", words.subList(0, 5));
            case "OVERWRITE_CONTRECORD" ->
                words.get(0) + " " + words.get(2) + " "
                        + time(record.description().split("time ", 2)[1]);
            default -> "";
        };
        return shown.isEmpty() ? "" : record.lsn() + " " + end(record) + " " + shown;
    }

    private static String describe(WalEvent event) {
        var shown = switch (event) {
            case WalEvent.RestorePoint e -> "RESTORE_POINT " + e.name();
            case WalEvent.Checkpoint e ->
                "CHECKPOINT_%s redo %s tli %s prev tli %s fpw %s"
                        .formatted(
                                e.shutdown() ? "SHUTDOWN" : "ONLINE",
                                e.redo(),
                                e.timeline(),
                                e.previous(),
                                e.fullPageWrites());
            case WalEvent.EndOfRecovery e -> "END_OF_RECOVERY " + e.timeline();
            case WalEvent.ParameterChange e ->
                "PARAMETER_CHANGE max_connections=%d max_worker_processes=%d max_wal_senders=%d max_prepared_xacts=%d"
                        .formatted(
                                e.maxConnections(),
                                e.maxWorkerProcesses(),
                                e.maxWalSenders(),
                                e.maxPreparedTransactions());
            case WalEvent.BackupEnd e -> "BACKUP_END " + e.backupStart();
            case WalEvent.FullPageWritesChange e -> "FPW_CHANGE " + e.on();
            case WalEvent.Overwrite e -> "OVERWRITE_CONTRECORD " + e.torn() + " " + e.time();
            case WalEvent.TablespaceCreation e -> "CREATE %d \"%s\"".formatted(e.oid(), e.location());
        };
        return event.start() + " " + event.end() + " " + shown;
    }
}
