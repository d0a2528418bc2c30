package io.holdfast.repository.store.s3;

import io.holdfast.repository.store.ObjectKey;
import io.holdfast.repository.store.ObjectReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;

/**
 * An object of an {@link S3Store}, read by ranges. Every answer must be exactly the range that was asked for, of the very
 * object that was opened. Thread-safe.
 */
final class S3ObjectReader implements ObjectReader {

    private final S3Client client;
    private final S3Calls calls;
    private final String bucket;
    private final String name;
    private final ObjectKey key;
    private final S3Version version;

    S3ObjectReader(S3Client client, S3Calls calls, String bucket, String name, ObjectKey key, S3Version version) {
        this.client = client;
        this.calls = calls;
        this.bucket = bucket;
        this.name = name;
        this.key = key;
        this.version = version;
    }

    @Override
    public ObjectKey key() {
        return key;
    }

    @Override
    public long size() {
        return version.size();
    }

    @Override
    public void read(long offset, ByteBuffer target) {
        if (!target.hasRemaining()) {
            return;
        }
        var end = offset + target.remaining();
        if (end > version.size()) {
            throw S3StoreException.damaged(
                    "object '%s' has %d bytes, %d are needed".formatted(key, version.size(), end),
                    "it was cut short, or what refers to it is damaged: run 'holdfast info' to see what it costs");
        }
        var bytes = calls.attempt("read object '%s'".formatted(key), () -> range(offset, target.remaining()));
        target.put(bytes);
    }

    private byte[] range(long offset, int length) {
        var request = GetObjectRequest.builder()
                .bucket(bucket)
                .key(name)
                .range("bytes=%d-%d".formatted(offset, offset + length - 1));
        version.id().ifPresentOrElse(request::versionId, () -> request.ifMatch(version.tag()));
        try (var body = client.getObject(request.build())) {
            var expected = "bytes %d-%d/%d".formatted(offset, offset + length - 1, version.size());
            if (!expected.equals(body.response().contentRange())) {
                body.abort();
                throw S3StoreException.damaged(
                        "object '%s' was asked for %s, the answer is %s"
                                .formatted(key, expected, body.response().contentRange()),
                        "see whether a proxy between here and the server changes answers");
            }
            var bytes = body.readNBytes(length);
            if (bytes.length < length) {
                throw new IOException("%d bytes of %d".formatted(bytes.length, length));
            }
            return bytes;
        } catch (IOException e) {
            throw new S3Calls.BrokenBodyException("the answer broke off", e);
        }
    }

    @Override
    public void close() {
        // Nothing is held between reads.
    }
}
