package io.holdfast.repository.store.s3;

import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ListObjectVersionsRequest;
import software.amazon.awssdk.services.s3.model.ListObjectVersionsResponse;
import software.amazon.awssdk.services.s3.model.ObjectVersion;

/**
 * Asks a bucket for the versions that it keeps. Thread-safe.
 *
 * @param pageSize most names on a page; the server may give fewer
 */
record S3Versions(S3Client client, S3Calls calls, String bucket, int pageSize) {

    /**
     * SeaweedFS keeps the versions of {@code a} in a folder {@code a.versions}, and fills a page in the order of folders. So a
     * thousand names {@code a-0001} come before {@code a}; asked for this prefix it tells of {@code a} alone.
     */
    private static final String WHERE_SEAWEEDFS_KEEPS_THEM = ".versions";

    /** More no server gives on one page. */
    private static final int MOST = 1000;

    /**
     * All that a bucket keeps of one name.
     *
     * @param markers ids of delete markers
     * @param versions ids, newest first
     * @param oldest the object
     */
    record History(List<String> markers, List<String> versions, Optional<S3Version> oldest) {}

    /** One page, as the server gives it, without the marker of a version. */
    ListObjectVersionsResponse page(String what, String prefix, String after) {
        var request = ListObjectVersionsRequest.builder()
                .bucket(bucket)
                .prefix(prefix)
                .delimiter("/")
                .maxKeys(pageSize);
        if (!after.isEmpty()) {
            request.keyMarker(after);
        }
        return calls.attempt(what, () -> client.listObjectVersions(request.build()));
    }

    History of(String what, String name) {
        var markers = new ArrayList<String>();
        var versions = new LinkedHashMap<String, ObjectVersion>();
        if (!collectAll(what, name, markers, versions)) {
            collectBeside(what, name, markers, versions);
        }
        // Not by their times: that of an object in parts is when the upload began, which may be long before it was
        // there.
        var last = versions.lastEntry();
        return new History(
                markers.stream().distinct().toList(),
                List.copyOf(versions.keySet()),
                last == null ? Optional.empty() : Optional.of(version(last.getValue())));
    }

    /** Whether nothing can be missing: the first page was the only one. */
    private boolean collectAll(
            String what, String name, List<String> markers, LinkedHashMap<String, ObjectVersion> versions) {
        var request = ListObjectVersionsRequest.builder()
                .bucket(bucket)
                .prefix(name)
                .delimiter("/")
                .maxKeys(pageSize);
        for (var first = true; ; first = false) {
            var page = calls.attempt(what, () -> client.listObjectVersions(request.build()));
            add(page, name, markers, versions);
            if (!Boolean.TRUE.equals(page.isTruncated())) {
                return first;
            }
            if (!name.equals(page.nextKeyMarker())) {
                return false;
            }
            request.keyMarker(page.nextKeyMarker()).versionIdMarker(page.nextVersionIdMarker());
        }
    }

    /** What SeaweedFS places so far behind names that begin with this one that it is not on the page which ought to have it. */
    private void collectBeside(
            String what, String name, List<String> markers, LinkedHashMap<String, ObjectVersion> versions) {
        var page = calls.attempt(
                what,
                () -> client.listObjectVersions(request -> request.bucket(bucket)
                        .prefix(name + WHERE_SEAWEEDFS_KEEPS_THEM)
                        .delimiter("/")
                        .maxKeys(MOST)));
        add(page, name, markers, versions);
        if (Boolean.TRUE.equals(page.isTruncated()) && name.equals(page.nextKeyMarker())) {
            // It knows no second page with this prefix. Nothing would be worse than to take a later version for the
            // object.
            throw S3StoreException.damaged(
                    "cannot %s: '%s' has more than a thousand versions".formatted(what, name),
                    "see who wrote them, and remove the newer ones: the oldest is the object");
        }
    }

    private static void add(
            ListObjectVersionsResponse page,
            String name,
            List<String> markers,
            LinkedHashMap<String, ObjectVersion> versions) {
        page.deleteMarkers().stream()
                .filter(marker -> marker.key().equals(name))
                .forEach(marker -> markers.add(marker.versionId()));
        page.versions().stream()
                .filter(version -> version.key().equals(name))
                .forEach(version -> versions.putIfAbsent(version.versionId(), version));
    }

    private static S3Version version(ObjectVersion found) {
        return new S3Version(
                Optional.of(found.versionId()),
                found.eTag(),
                found.size(),
                found.lastModified().truncatedTo(ChronoUnit.SECONDS));
    }
}
