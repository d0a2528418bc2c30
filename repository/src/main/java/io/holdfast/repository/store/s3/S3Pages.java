package io.holdfast.repository.store.s3;

import io.holdfast.repository.store.s3.S3Listing.Found;
import io.holdfast.repository.store.s3.S3Listing.Mark;
import io.holdfast.repository.store.s3.S3Listing.Page;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CommonPrefix;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;

/**
 * Fetches one page after another of what lies directly in one folder of a bucket that keeps no versions.
 *
 * @param pageSize most names on a page; the server may give fewer
 */
record S3Pages(S3Client client, S3Calls calls, String bucket, int pageSize) implements S3Listing.Source {

    private record Token(String text) implements Mark {}

    @Override
    public Page fetch(String folder, String after, Optional<Mark> mark) {
        return calls.attempt(words(folder), () -> objects(folder, after, mark));
    }

    static String words(String folder) {
        return folder.isEmpty() ? "list the bucket" : "list '%s'".formatted(folder);
    }

    private Page objects(String folder, String after, Optional<Mark> mark) {
        var request = ListObjectsV2Request.builder()
                .bucket(bucket)
                .prefix(folder)
                .delimiter("/")
                .maxKeys(pageSize);
        mark.ifPresentOrElse(at -> request.continuationToken(((Token) at).text()), () -> {
            if (!after.isEmpty()) {
                request.startAfter(after);
            }
        });
        var page = client.listObjectsV2(request.build());
        return new Page(
                page.contents().stream()
                        .map(object -> new Found(
                                object.key(),
                                object.size(),
                                object.lastModified().truncatedTo(ChronoUnit.SECONDS)))
                        .toList(),
                page.commonPrefixes().stream().map(CommonPrefix::prefix).toList(),
                Boolean.TRUE.equals(page.isTruncated())
                        ? Optional.of(new Token(page.nextContinuationToken()))
                        : Optional.empty());
    }
}
