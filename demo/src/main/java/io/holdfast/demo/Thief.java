package io.holdfast.demo;

import io.holdfast.embedded.s3.SignedRequests;
import io.holdfast.embedded.s3.SignedRequests.Answer;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Somebody who has the credentials of the database's host, and wants its backups to be gone. */
final class Thief {

    /** It makes another version, which nobody reads. */
    static final String PUT_OVER = "PUT over it";

    private static final Pattern VERSION = Pattern.compile("<Key>(.*?)</Key><VersionId>(.*?)</VersionId>");
    private static final Pattern NEXT_KEY = Pattern.compile("<NextKeyMarker>(.*?)</NextKeyMarker>");

    private final SignedRequests requests;
    private final String bucket;
    private final Map<String, Tally> tallies = new LinkedHashMap<>();

    Thief(SignedRequests requests, String bucket) {
        this.requests = requests;
        this.bucket = bucket;
    }

    /** How often something was tried, and how often it was refused. */
    record Tally(int tried, int refused) {

        private Tally with(Answer answer) {
            return new Tally(tried + 1, answer.isSuccess() ? refused : refused + 1);
        }
    }

    private record Version(String key, String id) {}

    /** Everything on every object: what was tried, by its name. */
    Map<String, Tally> attack() {
        for (var version : versions()) {
            var path = "/%s/%s".formatted(bucket, version.key());
            var at = "versionId=" + encoded(version.id());
            note("DELETE of a version", "DELETE", path, at, "");
            if (requests.send("GET", path, "retention=&" + at, "", Map.of()).isSuccess()) {
                note("a shorter lock", "PUT", path, "retention=&" + at, shorter());
            }
            note("DELETE", "DELETE", path, "", "");
            note(PUT_OVER, "PUT", path, "", "ransom");
        }
        return tallies;
    }

    private static String shorter() {
        return "<Retention><Mode>GOVERNANCE</Mode><RetainUntilDate>%s</RetainUntilDate></Retention>"
                .formatted(Instant.now().plusSeconds(60).truncatedTo(ChronoUnit.SECONDS));
    }

    private void note(String what, String method, String path, String query, String body) {
        var answer = requests.send(method, path, query, body, Map.of());
        tallies.merge(what, new Tally(0, 0).with(answer), (known, _) -> known.with(answer));
    }

    /** The thief may list, as the host may. Each object has one version until somebody puts another over it. */
    private List<Version> versions() {
        var found = new ArrayList<Version>();
        var from = Optional.of("");
        while (from.isPresent()) {
            var query = "%sprefix=%s%%2F&versions=".formatted(from.get(), Bucket.PREFIX);
            var answer = requests.send("GET", "/" + bucket, query, "", Map.of());
            if (!answer.isSuccess()) {
                throw new DemoException(
                        "the bucket cannot be listed: %d %s".formatted(answer.status(), answer.body()),
                        "the files are kept");
            }
            VERSION.matcher(answer.body())
                    .results()
                    .map(match -> new Version(match.group(1), match.group(2)))
                    .forEach(found::add);
            from = NEXT_KEY.matcher(answer.body())
                    .results()
                    .map(match -> "key-marker=%s&".formatted(encoded(match.group(1))))
                    .findFirst();
        }
        return found;
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
