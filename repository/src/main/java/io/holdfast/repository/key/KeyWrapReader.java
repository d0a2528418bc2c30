package io.holdfast.repository.key;

import io.holdfast.repository.document.Members;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.ValueDeserializer;

/** Reads a {@link KeyWrap}, with which every command begins. */
final class KeyWrapReader extends ValueDeserializer<KeyWrap> {

    @Override
    public KeyWrap deserialize(JsonParser parser, DeserializationContext context) {
        return Members.read(parser, context, KeyWrapReader::wrap);
    }

    private static KeyWrap wrap(Members members) {
        return new KeyWrap(
                members.smallNumber("version"),
                RepositoryId.parse(members.text("repository")),
                members.smallNumber("epoch"),
                new KeyId(members.text("key")),
                members.time("created"),
                members.text("kind"),
                members.text("label"),
                members.optional("argon2id", name -> settings(members.object(name))),
                members.optional("kms", name -> kms(members.object(name))),
                members.bytes("salt"),
                members.bytes("nonce"),
                members.bytes("wrapped"));
    }

    private static Argon2Settings settings(Members settings) {
        return new Argon2Settings(
                settings.smallNumber("memoryKib"), settings.smallNumber("passes"), settings.smallNumber("lanes"));
    }

    private static KmsSecret kms(Members secret) {
        return new KmsSecret(secret.text("key"), secret.bytes("ciphertext"));
    }
}
