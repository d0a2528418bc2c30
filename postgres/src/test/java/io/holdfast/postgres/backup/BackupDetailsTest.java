package io.holdfast.postgres.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.postgres.archive.MemberName;
import io.holdfast.postgres.wal.Lsn;
import io.holdfast.postgres.wal.SystemIdentifier;
import io.holdfast.postgres.wal.TimelineId;
import io.holdfast.repository.binary.Bytes;
import io.holdfast.repository.document.Json;
import io.holdfast.repository.manifest.FilePath;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.node.ObjectNode;

/** What is written down of a backup is what is read, or is refused. */
class BackupDetailsTest {

    private static final Set<String> OPTIONAL = Set.of(
            "tablespaceMap",
            "incremental",
            "stopTrace",
            "serverStarted",
            "configuration",
            "walTo",
            "machine",
            "passedOver");

    /** Every component differs from every other of its type. */
    private static final BackupDetails FULL_OF_FACTS = new BackupDetails(
            new SystemIdentifier(-7),
            180_004,
            "PG_18_202506291",
            new MemberName("primary"),
            new TimelineId(3),
            new Lsn(0x12_0000_0028L),
            new Lsn(0x13_0000_0120L),
            Instant.parse("2026-01-15T02:00:00Z"),
            Instant.parse("2026-01-15T02:00:01.123456Z"),
            "START WAL LOCATION: 12/28\n\"quoted\"\t",
            Optional.of("16400 /srv/more\n"),
            Bytes.of(new byte[] {1, -1, 0}),
            8192,
            true,
            "/srv/main",
            List.of(new Tablespace(16400, "more", Path.of("/srv/more"), false)),
            List.of(DamagedPage.of("data/base/5/16384", 7)),
            2,
            Optional.of(new IncrementalDetails(
                    IncrementalDetails.Method.COMPARISON,
                    List.of(new IncrementalDetails.Doubt("moved", "it was elsewhere")),
                    11,
                    12,
                    13,
                    14,
                    15,
                    16,
                    17,
                    18,
                    19,
                    20,
                    Optional.of(new IncrementalDetails.DamagedParent(21, "a map is")))),
            Optional.of(Bytes.of(new byte[] {2})),
            Optional.of(Instant.parse("2026-01-01T00:00:00.000001Z")),
            false,
            Optional.of(new ConfigurationPlaces(
                    Optional.of(new FilePath("data/postgresql.conf")), Optional.empty(), Optional.empty())),
            Optional.of(new Lsn(0x13_0000_0200L)),
            Optional.of(new MachineTime("a boot", 23, Instant.parse("2026-01-15T02:00:02Z"))),
            Optional.of(new BackupDetails.PassedOver(22, "a manifest is")));

    private static ObjectNode written() {
        return Json.mapper().valueToTree(FULL_OF_FACTS);
    }

    private static BackupDetails read(ObjectNode document) {
        return Json.mapper().treeToValue(document, BackupDetails.class);
    }

    @Test
    void what_was_written_is_read() {
        var document = written().put("colour", "red");

        assertThat(read(document)).isEqualTo(FULL_OF_FACTS);
    }

    @Test
    void every_member_but_the_optional_ones_must_be_there_and_be_of_its_type() {
        for (var member : new TreeSet<>(written().propertyNames())) {
            var without = written();
            without.remove(member);
            var wrong = written();
            wrong.putObject(member).put("is", "another thing").putNull("method");

            if (OPTIONAL.contains(member)) {
                assertThat(read(without)).as(member).isNotEqualTo(FULL_OF_FACTS);
            } else {
                assertThatThrownBy(() -> read(without)).as(member).isInstanceOf(JacksonException.class);
                assertThatThrownBy(() -> read(written().putNull(member)))
                        .as(member)
                        .isInstanceOf(JacksonException.class);
            }
            if (!member.equals("configuration")) {
                assertThatThrownBy(() -> read(wrong)).as(member).isInstanceOf(JacksonException.class);
            }
        }
    }

    @Test
    void every_count_of_an_incremental_must_be_there() {
        for (var member : written().withObject("incremental").propertyNames()) {
            var without = written();
            without.withObject("incremental").remove(member);

            if (member.equals("damagedParent")) {
                assertThat(read(without)).isNotEqualTo(FULL_OF_FACTS);
            } else {
                assertThatThrownBy(() -> read(without)).as(member).isInstanceOf(JacksonException.class);
            }
        }
    }

    @Test
    void positions_and_timelines_that_cannot_be_are_refused() {
        assertThatThrownBy(() -> read(written().put("start", "0"))).isInstanceOf(JacksonException.class);
        assertThatThrownBy(() -> read(written().put("timeline", 0))).isInstanceOf(JacksonException.class);
        assertThatThrownBy(() -> read(written().put("serverVersion", 1L << 40))).isInstanceOf(JacksonException.class);
    }
}
