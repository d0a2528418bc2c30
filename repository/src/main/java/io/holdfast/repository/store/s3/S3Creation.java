package io.holdfast.repository.store.s3;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ChecksumAlgorithm;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.ObjectLockMode;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.ServerSideEncryption;

/**
 * The requests that make one object. Each carries the CRC-32C of its bytes, which the server compares before it keeps
 * them. Confined to one thread.
 */
final class S3Creation {

    private final S3Client client;
    private final S3Calls calls;
    private final S3Settings settings;
    private final boolean conditional;
    private final String name;
    private final String what;
    private final Map<String, String> metadata;
    private final Optional<Retention> retention;
    private final List<CompletedPart> parts = new ArrayList<>();
    private long bytes;
    private @Nullable String upload;

    /** A lock that an object has from its beginning. */
    record Retention(ObjectLockMode mode, Instant until) {}

    /** @param conditional whether the server refuses to make an object where one is */
    S3Creation(
            S3Client client,
            S3Calls calls,
            S3Settings settings,
            boolean conditional,
            String name,
            String what,
            String writer,
            Optional<Retention> retention) {
        this.client = client;
        this.calls = calls;
        this.settings = settings;
        this.conditional = conditional;
        this.name = name;
        this.what = what;
        this.metadata = Map.of(S3Objects.WRITER, writer);
        this.retention = retention;
    }

    int partsSent() {
        return parts.size();
    }

    /** Makes the whole object of one buffer; answers the version it got. */
    Optional<String> put(ByteBuffer content) {
        var request = PutObjectRequest.builder()
                .bucket(settings.bucket())
                .key(name)
                .metadata(metadata)
                .checksumCRC32C(checksum(content));
        settings.storageClass().ifPresent(request::storageClass);
        encryption().ifPresent(request::serverSideEncryption);
        settings.kmsKey().ifPresent(request::ssekmsKeyId);
        retention.ifPresent(lock -> request.objectLockMode(lock.mode()).objectLockRetainUntilDate(lock.until()));
        if (conditional) {
            request.ifNoneMatch("*");
        }
        var answer = calls.attempt(what, () -> client.putObject(request.build(), body(content)));
        return Optional.ofNullable(answer.versionId());
    }

    void sendPart(ByteBuffer content) {
        var id = upload == null ? begin() : upload;
        var number = parts.size() + 1;
        var checksum = checksum(content);
        var answer = calls.attempt(
                what,
                () -> client.uploadPart(
                        request -> request.bucket(settings.bucket())
                                .key(name)
                                .uploadId(id)
                                .partNumber(number)
                                .checksumCRC32C(checksum),
                        body(content)));
        bytes += content.remaining();
        parts.add(CompletedPart.builder()
                .partNumber(number)
                .eTag(answer.eTag())
                .checksumCRC32C(checksum)
                .build());
    }

    private String begin() {
        var request = CreateMultipartUploadRequest.builder()
                .bucket(settings.bucket())
                .key(name)
                .metadata(metadata)
                .checksumAlgorithm(ChecksumAlgorithm.CRC32_C);
        settings.storageClass().ifPresent(request::storageClass);
        encryption().ifPresent(request::serverSideEncryption);
        settings.kmsKey().ifPresent(request::ssekmsKeyId);
        retention.ifPresent(lock -> request.objectLockMode(lock.mode()).objectLockRetainUntilDate(lock.until()));
        var id = calls.attempt(what, () -> client.createMultipartUpload(request.build()))
                .uploadId();
        upload = id;
        return id;
    }

    Optional<String> complete() {
        var request = CompleteMultipartUploadRequest.builder()
                .bucket(settings.bucket())
                .key(name)
                .uploadId(upload)
                .mpuObjectSize(bytes)
                .multipartUpload(all -> all.parts(parts));
        if (conditional) {
            request.ifNoneMatch("*");
        }
        var answer = calls.attempt(what, () -> client.completeMultipartUpload(request.build()));
        return Optional.ofNullable(answer.versionId());
    }

    /** Gives up an upload in parts, so that its parts are not kept (and paid for); does nothing where there is none. */
    void abort() {
        if (upload != null) {
            calls.attempt(
                    what,
                    () -> client.abortMultipartUpload(request ->
                            request.bucket(settings.bucket()).key(name).uploadId(upload)));
        }
    }

    private Optional<ServerSideEncryption> encryption() {
        return switch (settings.encryption()) {
            case NONE -> Optional.empty();
            case AES256 -> Optional.of(ServerSideEncryption.AES256);
            case KMS -> Optional.of(ServerSideEncryption.AWS_KMS);
        };
    }

    private static RequestBody body(ByteBuffer content) {
        return RequestBody.fromRemainingByteBuffer(content.duplicate());
    }

    private static String checksum(ByteBuffer content) {
        var crc = new CRC32C();
        crc.update(content.duplicate());
        return Base64.getEncoder()
                .encodeToString(
                        ByteBuffer.allocate(4).putInt((int) crc.getValue()).array());
    }
}
