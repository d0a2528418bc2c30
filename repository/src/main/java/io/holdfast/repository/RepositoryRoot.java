package io.holdfast.repository;

import io.holdfast.repository.binary.BinaryWriter;
import io.holdfast.repository.binary.Bytes;
import io.holdfast.repository.key.DataKey;
import io.holdfast.repository.key.RepositoryId;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import javax.crypto.Mac;
import tools.jackson.databind.annotation.JsonDeserialize;

/**
 * What can be known of a repository before a key is open.
 *
 * @param format the version of the repository format
 * @param name what the repository protects, as given at init
 * @param mac proves the rest to whoever has the key
 */
@JsonDeserialize(using = RepositoryRootReader.class)
record RepositoryRoot(int format, RepositoryId id, String name, Instant created, Bytes mac) {

    static final int FORMAT = 0;

    static RepositoryRoot of(DataKey key, String name, Instant created) {
        return new RepositoryRoot(
                FORMAT,
                key.repository(),
                name,
                created,
                Bytes.of(authenticate(key, FORMAT, key.repository(), name, created)));
    }

    boolean isAuthentic(DataKey key) {
        return MessageDigest.isEqual(mac.toArray(), authenticate(key, format, id, name, created));
    }

    private static byte[] authenticate(DataKey key, int format, RepositoryId id, String name, Instant created) {
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(key.forRoot());
            return mac.doFinal(new BinaryWriter()
                    .raw("holdfast root\0".getBytes(StandardCharsets.US_ASCII))
                    .u32(format)
                    .raw(id.bytes())
                    .raw((name + "\0" + created).getBytes(StandardCharsets.UTF_8))
                    .toBytes());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK lacks HmacSHA256", e);
        }
    }
}
