package io.holdfast.postgres.archive;

import io.holdfast.postgres.wal.SystemIdentifier;
import io.holdfast.postgres.wal.WalSegmentSize;
import io.holdfast.repository.document.Members;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.ValueDeserializer;

/** Reads a {@link Generation}, with which nearly every command begins. */
final class GenerationReader extends ValueDeserializer<Generation> {

    @Override
    public Generation deserialize(JsonParser parser, DeserializationContext context) {
        return Members.read(parser, context, GenerationReader::generation);
    }

    private static Generation generation(Members members) {
        return new Generation(
                members.smallNumber("number"),
                SystemIdentifier.parse(members.text("systemIdentifier")),
                members.smallNumber("majorVersion"),
                new WalSegmentSize(members.smallNumber("walSegmentSize")));
    }
}
