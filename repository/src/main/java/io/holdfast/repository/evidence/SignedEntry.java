package io.holdfast.repository.evidence;

import io.holdfast.repository.Repository;
import io.holdfast.repository.binary.MalformedEncodingException;
import io.holdfast.repository.document.Json;
import io.holdfast.repository.store.ObjectKey;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import tools.jackson.databind.JsonNode;

/**
 * An entry with the signature of its writer: what is stored.
 *
 * @param text the entry as JSON, byte for byte as it was signed
 * @param signature of the text, 64 bytes in base64
 */
public record SignedEntry(int version, String text, String signature) {

    static final int VERSION = 0;

    static SignedEntry read(Repository repository, ObjectKey key) {
        return repository.objects().readDocument(key, SignedEntry.class, VERSION);
    }

    static SignedEntry of(EvidenceEntry entry, EvidenceSigner signer) {
        var text = Json.mapper().writeValueAsString(entry);
        var signature = signer.sign(text.getBytes(StandardCharsets.UTF_8));
        return new SignedEntry(VERSION, text, Base64.getEncoder().encodeToString(signature));
    }

    /** What the next entry names, and whoever keeps the head of a chain elsewhere. */
    public String hash() {
        return EvidenceKey.sha256(text.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * What it says.
     *
     * @param name where it was found, for the message
     * @throws MalformedEncodingException if it is none
     */
    public EvidenceEntry entry(ObjectKey name) {
        var bytes = text.getBytes(StandardCharsets.UTF_8);
        var format = Json.read(name, bytes, JsonNode.class).path("format").asString("");
        if (!format.equals(EvidenceEntry.FORMAT)) {
            throw new MalformedEncodingException("'%s' is of the format '%s'".formatted(name, format));
        }
        return Json.read(name, bytes, EvidenceEntry.class);
    }

    boolean isSignedBy(EvidenceKey key) {
        try {
            return key.hasSigned(
                    text.getBytes(StandardCharsets.UTF_8), Base64.getDecoder().decode(signature));
        } catch (IllegalArgumentException _) {
            return false;
        }
    }
}
