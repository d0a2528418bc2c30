package io.holdfast.repository.store.s3;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CommonPrefix;
import software.amazon.awssdk.services.s3.model.ListObjectVersionsRequest;
import software.amazon.awssdk.services.s3.model.ListObjectVersionsResponse;
import software.amazon.awssdk.services.s3.model.ObjectVersion;

/**
 * Listings of versions by the rules of two servers: Amazon's, which cuts pages in the order of keys, and SeaweedFS's, which
 * fills a page in the order of its folders, sorts it by keys and cuts it then (the contract runs against a real one).
 */
class S3VersionPagesTest {

    private static final S3Settings SETTINGS = new S3Settings(
            "bucket",
            "shop/",
            Optional.of(URI.create("http://127.0.0.1:1")),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            true,
            Optional.empty(),
            S3Encryption.NONE,
            Optional.empty(),
            Duration.ofSeconds(1),
            Optional.empty());

    @Test
    void loses_nothing_whichever_way_the_server_cuts_its_pages() {
        for (var seed = 0; seed < 40; seed++) {
            var random = new Random(seed);
            var stored = new ArrayList<ObjectVersion>();
            var keys = new TreeSet<String>();
            IntStream.rangeClosed(0, random.nextInt(30)).forEach(_ -> addVersions(random, keys, stored));
            for (var size = 1; size <= 5; size++) {
                for (var walk : List.of(
                        Comparator.<String>naturalOrder(), Comparator.comparing(S3VersionPagesTest::inFolders))) {
                    assertThat(listed(new Bucket(stored, walk), size, ""))
                            .describedAs("seed %d page %d", seed, size)
                            .containsExactlyElementsOf(keys);
                    var after = keys.stream()
                            .skip(random.nextInt(keys.size()))
                            .findFirst()
                            .orElseThrow();
                    assertThat(listed(new Bucket(stored, walk), size, after))
                            .describedAs("seed %d page %d after %s", seed, size, after)
                            .containsExactlyElementsOf(keys.tailSet(after, false));
                }
            }
        }
    }

    private static void addVersions(Random random, Set<String> keys, List<ObjectVersion> stored) {
        var parts = new ArrayList<String>();
        do {
            parts.add("a"
                    + List.of("", "-", ".", "0", "-b", "a", "a-", ".b", "-b-c", "-.d")
                            .get(random.nextInt(10)));
        } while (random.nextInt(3) > 0 && parts.size() < 4);
        var key = String.join("/", parts);
        if (!keys.add(key)) {
            return;
        }
        for (var i = random.nextInt(4); i >= 0; i--) {
            stored.add(ObjectVersion.builder()
                    .key("shop/" + key)
                    .versionId("v" + i)
                    .eTag("tag")
                    .size((long) i)
                    .lastModified(Instant.EPOCH)
                    .build());
        }
    }

    /** The oldest version is the one of size 0. */
    private static List<String> listed(Bucket bucket, int size, String after) {
        var calls = new S3Calls(SETTINGS, _ -> {}, new Random());
        var pages = new S3VersionPages(new S3Versions(bucket, calls, "bucket", size));
        try (var listing = S3Listing.beneath(pages, "shop/", "", after)) {
            return listing.filter(object -> object.size() == 0)
                    .map(object -> object.key().text())
                    .toList();
        }
    }

    /** Where SeaweedFS comes by a key: its versions lie in a folder. A character that no key has ends each name. */
    private static String inFolders(String entry) {
        return entry.endsWith("/")
                ? entry.substring(0, entry.length() - 1).replace('/', '\u0001') + "\u0001"
                : entry.replace('/', '\u0001') + ".versions";
    }

    /** @param walk in which order the server fills a page, before it sorts it */
    private record Bucket(List<ObjectVersion> stored, Comparator<String> walk) implements S3Client {

        @Override
        public ListObjectVersionsResponse listObjectVersions(ListObjectVersionsRequest request) {
            var found = new ArrayList<Entry>();
            var after = Optional.ofNullable(request.keyMarker()).orElse("");
            for (var version : stored) {
                var entry = entry(request, version);
                if (isWanted(request, entry, after) && (entry.version() != null || !found.contains(entry))) {
                    found.add(entry);
                }
            }
            found.sort(Comparator.comparing(Entry::name, walk));
            var cut = found.size() > request.maxKeys();
            var some = new ArrayList<>(found.subList(0, Math.min(found.size(), request.maxKeys() + 1)));
            some.sort(Comparator.comparing(Entry::name));
            if (cut) {
                some.removeLast();
            }
            var versions = some.stream()
                    .map(Entry::version)
                    .filter(version -> version != null)
                    .toList();
            var answer = ListObjectVersionsResponse.builder()
                    .isTruncated(cut)
                    .versions(versions)
                    .commonPrefixes(some.stream()
                            .filter(entry -> entry.version() == null)
                            .map(entry ->
                                    CommonPrefix.builder().prefix(entry.name()).build())
                            .toList());
            if (cut) {
                answer.nextKeyMarker(some.getLast().name());
                var last = some.getLast().version();
                answer.nextVersionIdMarker(last == null ? null : last.versionId());
            }
            return answer.build();
        }

        private boolean isWanted(ListObjectVersionsRequest request, Entry entry, String after) {
            var name = entry.name();
            var version = entry.version();
            var kept = version == null || walk.compare("a-", "a") > 0 ? name : name + ".versions";
            if (!kept.startsWith(request.prefix())) {
                return false;
            }
            if (version != null && name.equals(after) && request.versionIdMarker() != null) {
                return version.versionId().compareTo(request.versionIdMarker()) < 0;
            }
            return name.compareTo(after) > 0;
        }

        private static Entry entry(ListObjectVersionsRequest request, ObjectVersion version) {
            var key = version.key();
            var slash = key.startsWith(request.prefix())
                    ? key.indexOf('/', request.prefix().length())
                    : -1;
            return slash < 0 ? new Entry(key, version) : new Entry(key.substring(0, slash + 1), null);
        }

        @Override
        public String serviceName() {
            return "s3";
        }

        @Override
        public void close() {}
    }

    private record Entry(
            String name, @org.jspecify.annotations.Nullable ObjectVersion version) {}
}
