package io.holdfast.repository;

import io.holdfast.repository.document.Members;
import io.holdfast.repository.key.RepositoryId;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.ValueDeserializer;

/** Reads a {@link RepositoryRoot}, with which every command begins. */
final class RepositoryRootReader extends ValueDeserializer<RepositoryRoot> {

    @Override
    public RepositoryRoot deserialize(JsonParser parser, DeserializationContext context) {
        return Members.read(parser, context, RepositoryRootReader::root);
    }

    private static RepositoryRoot root(Members members) {
        return new RepositoryRoot(
                members.smallNumber("format"),
                RepositoryId.parse(members.text("id")),
                members.text("name"),
                members.time("created"),
                members.bytes("mac"));
    }
}
