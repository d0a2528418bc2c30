package io.holdfast.repository.store.s3;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ChecksumAlgorithm;
import software.amazon.awssdk.services.s3.model.ListMultipartUploadsRequest;
import software.amazon.awssdk.services.s3.model.MultipartUpload;
import software.amazon.awssdk.services.s3.model.ObjectLockLegalHoldStatus;
import software.amazon.awssdk.services.s3.model.ObjectLockRetention;
import software.amazon.awssdk.services.s3.model.ObjectLockRetentionMode;

/**
 * Looks for single objects by their names in the bucket. Where the bucket keeps versions, the oldest is the object: what
 * somebody put over it, or a delete marker, changes nothing. Thread-safe.
 */
final class S3Objects {

    /** User metadata that says which writer made an object: how a writer knows its own again. */
    static final String WRITER = "holdfast-writer";

    private final S3Client client;
    private final S3Calls calls;
    private final String bucket;
    private final boolean versioned;
    private final S3Versions versions;

    S3Objects(S3Client client, S3Calls calls, String bucket, boolean versioned, int pageSize) {
        this.client = client;
        this.calls = calls;
        this.bucket = bucket;
        this.versioned = versioned;
        this.versions = new S3Versions(client, calls, bucket, pageSize);
    }

    boolean versioned() {
        return versioned;
    }

    Optional<S3Version> find(String what, String name) {
        if (versioned) {
            return versions.of(what, name).oldest();
        }
        return ifThere(
                        what,
                        () -> client.headObject(
                                request -> request.bucket(bucket).key(name)))
                .map(head -> new S3Version(
                        Optional.empty(),
                        head.eTag(),
                        head.contentLength(),
                        head.lastModified().truncatedTo(ChronoUnit.SECONDS)));
    }

    /** Whether the object of this name was made by a certain writer. */
    boolean isBy(String what, String name, String writer) {
        return find(what, name)
                .flatMap(version -> ifThere(
                        what,
                        () -> client.headObject(request -> request.bucket(bucket)
                                .key(name)
                                .versionId(version.id().orElse(null)))))
                .filter(head -> writer.equals(head.metadata().get(WRITER)))
                .isPresent();
    }

    /** Removes it, with all its versions and delete markers where there are such. */
    void remove(String what, String name) {
        if (!versioned) {
            calls.attempt(
                    what,
                    () -> client.deleteObject(request -> request.bucket(bucket).key(name)));
            return;
        }
        var history = versions.of(what, name);
        // What was put over it goes first: were the oldest removed and the rest not, another would become the object.
        for (var id : Stream.concat(history.markers().stream(), history.versions().stream())
                .toList()) {
            calls.attempt(
                    what,
                    () -> client.deleteObject(
                            request -> request.bucket(bucket).key(name).versionId(id)));
        }
    }

    /** The versions of a name, newest first, as ids. */
    List<String> versionsOf(String what, String name) {
        return versions.of(what, name).versions();
    }

    /**
     * Gives up the uploads in parts beneath a prefix that began before a moment; how many there were.
     *
     * @param ours whether a name, without the prefix, is that of an object which a repository uploads in parts: a bucket may have others
     */
    long abortUploads(String what, String prefix, Predicate<String> ours, Instant begunBefore) {
        var found = new ArrayList<MultipartUpload>();
        var request = ListMultipartUploadsRequest.builder().bucket(bucket).prefix(prefix);
        while (true) {
            var page = calls.attempt(what, () -> client.listMultipartUploads(request.build()));
            page.uploads().stream()
                    .filter(upload -> upload.initiated().isBefore(begunBefore)
                            && ours.test(upload.key().substring(prefix.length())))
                    .forEach(found::add);
            if (!Boolean.TRUE.equals(page.isTruncated())) {
                break;
            }
            request.keyMarker(page.nextKeyMarker()).uploadIdMarker(page.nextUploadIdMarker());
        }
        for (var upload : found) {
            // Another keeper may have been quicker.
            ifThere(
                    what,
                    () -> client.abortMultipartUpload(
                            abort -> abort.bucket(bucket).key(upload.key()).uploadId(upload.uploadId())));
        }
        return found.size();
    }

    /** Until when nobody can delete a version, as far as its retention goes; empty without one. */
    Optional<Instant> retainedUntil(String what, String name, String version) {
        return retention(what, name, version).map(retention -> retention.retainUntilDate());
    }

    Optional<ObjectLockRetention> retention(String what, String name, String version) {
        return ifThere(
                        what,
                        () -> client.getObjectRetention(
                                request -> request.bucket(bucket).key(name).versionId(version)))
                .map(answer -> answer.retention());
    }

    boolean isOnLegalHold(String what, String name, String version) {
        return ifThere(
                        what,
                        () -> client.getObjectLegalHold(
                                request -> request.bucket(bucket).key(name).versionId(version)))
                .filter(answer -> answer.legalHold().status() == ObjectLockLegalHoldStatus.ON)
                .isPresent();
    }

    void retain(String what, String name, String version, ObjectLockRetentionMode mode, Instant until) {
        calls.attempt(
                what,
                () -> client.putObjectRetention(request -> request.bucket(bucket)
                        .key(name)
                        .versionId(version)
                        .checksumAlgorithm(ChecksumAlgorithm.CRC32)
                        .retention(lock -> lock.mode(mode).retainUntilDate(until))));
    }

    private <T> Optional<T> ifThere(String what, Supplier<T> request) {
        try {
            return Optional.of(calls.attempt(what, request));
        } catch (S3StoreException e) {
            if (e.is(S3Trouble.MISSING)) {
                return Optional.empty();
            }
            throw e;
        }
    }
}
