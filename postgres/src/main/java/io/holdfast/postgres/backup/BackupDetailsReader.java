package io.holdfast.postgres.backup;

import io.holdfast.postgres.archive.MemberName;
import io.holdfast.postgres.wal.Lsn;
import io.holdfast.postgres.wal.SystemIdentifier;
import io.holdfast.postgres.wal.TimelineId;
import io.holdfast.repository.document.Members;
import io.holdfast.repository.manifest.FilePath;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.ValueDeserializer;

/** Reads {@link BackupDetails}, of which a repository may hold thousands. */
final class BackupDetailsReader extends ValueDeserializer<BackupDetails> {

    @Override
    public BackupDetails deserialize(JsonParser parser, DeserializationContext context) {
        return Members.read(parser, context, BackupDetailsReader::details);
    }

    static BackupDetails details(Members members) {
        return new BackupDetails(
                SystemIdentifier.parse(members.text("systemIdentifier")),
                members.smallNumber("serverVersion"),
                members.text("tablespaceVersion"),
                new MemberName(members.text("member")),
                new TimelineId(members.smallNumber("timeline")),
                Lsn.parse(members.text("start")),
                Lsn.parse(members.text("stop")),
                members.time("startTime"),
                members.time("stopTime"),
                members.text("label"),
                members.optional("tablespaceMap", members::text),
                members.bytes("controlFile"),
                members.smallNumber("blockSize"),
                members.yes("checksums"),
                members.text("dataDirectory"),
                members.boundList("tablespaces", Tablespace.class),
                members.boundList("damagedPages", DamagedPage.class),
                members.number("damagedPageCount"),
                members.optional("incremental", name -> incremental(members.object(name))),
                members.optional("stopTrace", members::bytes),
                members.optional("serverStarted", members::time),
                members.yes("ownWal"),
                members.optional("configuration", name -> configuration(members.object(name))),
                members.optional("walTo", name -> Lsn.parse(members.text(name))),
                members.optional("machine", name -> machine(members.object(name))),
                members.optional("passedOver", name -> passedOver(members.object(name))));
    }

    private static ConfigurationPlaces configuration(Members places) {
        return new ConfigurationPlaces(
                places.optional("main", name -> path(places.object(name))),
                places.optional("access", name -> path(places.object(name))),
                places.optional("identities", name -> path(places.object(name))));
    }

    private static MachineTime machine(Members members) {
        return new MachineTime(members.text("boot"), members.number("runMillis"), members.time("clock"));
    }

    private static BackupDetails.PassedOver passedOver(Members members) {
        return new BackupDetails.PassedOver(members.number("backups"), members.text("newest"));
    }

    private static FilePath path(Members path) {
        return new FilePath(path.text("text"));
    }

    private static IncrementalDetails incremental(Members members) {
        return new IncrementalDetails(
                IncrementalDetails.Method.valueOf(members.text("method")),
                members.boundList("doubts", IncrementalDetails.Doubt.class),
                members.number("changedBlocks"),
                members.number("doubtfulFiles"),
                members.number("changedBytes"),
                members.number("comparedBytes"),
                members.number("untrackedBytes"),
                members.number("consolidatedBytes"),
                members.number("consolidatedStoredBytes"),
                members.smallNumber("summaries"),
                members.number("summaryBytes"),
                members.number("summarizerWaitMillis"),
                members.optional("damagedParent", name -> damagedParent(members.object(name))));
    }

    private static IncrementalDetails.DamagedParent damagedParent(Members members) {
        return new IncrementalDetails.DamagedParent(members.number("parts"), members.text("first"));
    }
}
