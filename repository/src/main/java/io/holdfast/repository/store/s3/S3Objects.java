package io.holdfast.repository.store.s3;

import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ListObjectVersionsRequest;
import software.amazon.awssdk.services.s3.model.ObjectVersion;

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

    S3Objects(S3Client client, S3Calls calls, String bucket, boolean versioned) {
        this.client = client;
        this.calls = calls;
        this.bucket = bucket;
        this.versioned = versioned;
    }

    boolean versioned() {
        return versioned;
    }

    Optional<S3Version> find(String what, String name) {
        if (versioned) {
            var versions = versions(what, name);
            return versions.isEmpty() ? Optional.empty() : Optional.of(version(versions.getLast()));
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
        var ids = new ArrayList<String>();
        pages(what, name, page -> {
            page.deleteMarkers().stream()
                    .filter(marker -> marker.key().equals(name))
                    .forEach(marker -> ids.add(marker.versionId()));
        });
        // What was put over it goes first: were the oldest removed and the rest not, another would become the object.
        versions(what, name).forEach(version -> ids.add(version.versionId()));
        for (var id : ids) {
            calls.attempt(
                    what,
                    () -> client.deleteObject(
                            request -> request.bucket(bucket).key(name).versionId(id)));
        }
    }

    /** Newest first. */
    private List<ObjectVersion> versions(String what, String name) {
        var versions = new ArrayList<ObjectVersion>();
        pages(
                what,
                name,
                page -> page.versions().stream()
                        .filter(version -> version.key().equals(name))
                        .forEach(versions::add));
        versions.sort(
                java.util.Comparator.comparing(ObjectVersion::lastModified).reversed());
        return versions;
    }

    private void pages(
            String what,
            String name,
            java.util.function.Consumer<software.amazon.awssdk.services.s3.model.ListObjectVersionsResponse> each) {
        var request =
                ListObjectVersionsRequest.builder().bucket(bucket).prefix(name).delimiter("/");
        while (true) {
            var page = calls.attempt(what, () -> client.listObjectVersions(request.build()));
            each.accept(page);
            // Longer names follow: no version of this one is on a later page.
            var past =
                    page.versions().stream().anyMatch(version -> !version.key().equals(name));
            if (past || !Boolean.TRUE.equals(page.isTruncated())) {
                return;
            }
            request.keyMarker(page.nextKeyMarker()).versionIdMarker(page.nextVersionIdMarker());
        }
    }

    static S3Version version(ObjectVersion found) {
        return new S3Version(
                Optional.of(found.versionId()),
                found.eTag(),
                found.size(),
                found.lastModified().truncatedTo(ChronoUnit.SECONDS));
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
