package io.holdfast.repository.manifest;

import io.holdfast.repository.document.Members;
import io.holdfast.repository.frame.FrameLocation;
import io.holdfast.repository.pack.BackupId;
import io.holdfast.repository.pack.FrameReference;
import io.holdfast.repository.pack.PackId;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.ValueDeserializer;

/** Reads a {@link Manifest}, of which a repository may hold thousands. */
final class ManifestReader extends ValueDeserializer<Manifest> {

    @Override
    public Manifest deserialize(JsonParser parser, DeserializationContext context) {
        return Members.read(parser, context, ManifestReader::manifest);
    }

    private static Manifest manifest(Members members) {
        return new Manifest(
                members.smallNumber("version"),
                new BackupId(members.text("id")),
                members.smallNumber("generation"),
                members.optional("parent", name -> new BackupId(members.text(name))),
                members.time("begun"),
                members.time("completed"),
                members.time("deadline"),
                members.smallNumber("frameSize"),
                members.smallNumber("samenessEpoch"),
                members.objects("catalogue", ManifestReader::reference),
                totals(members.object("totals")),
                members.any("postgres"));
    }

    private static Manifest.Totals totals(Members totals) {
        return new Manifest.Totals(
                totals.number("files"),
                totals.number("bytes"),
                totals.number("readBytes"),
                totals.number("storedBytes"));
    }

    private static FrameReference reference(Members reference) {
        return new FrameReference(pack(reference.object("pack")), location(reference.object("location")));
    }

    private static PackId pack(Members pack) {
        return new PackId(
                new BackupId(pack.text("backup")), PackId.Kind.valueOf(pack.text("kind")), pack.smallNumber("number"));
    }

    private static FrameLocation location(Members location) {
        return new FrameLocation(
                location.smallNumber("number"),
                location.number("offset"),
                location.smallNumber("storedLength"),
                location.smallNumber("plainLength"));
    }
}
