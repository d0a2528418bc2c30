package io.holdfast.repository.store.s3;

import io.holdfast.repository.store.s3.S3Listing.Found;
import io.holdfast.repository.store.s3.S3Listing.Mark;
import io.holdfast.repository.store.s3.S3Listing.Page;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import software.amazon.awssdk.services.s3.model.CommonPrefix;
import software.amazon.awssdk.services.s3.model.ListObjectVersionsResponse;

/**
 * Fetches one page after another of what lies directly in one folder of a bucket that keeps versions.
 *
 * <p>The servers' own markers are not used. SeaweedFS fills a page in the order of its folders, where {@code a/} and the
 * versions of {@code a-b} precede those of {@code a}; then it sorts the page by whole keys, cuts it, and leaves out of the
 * next what is smaller, as a key, than the last of this one. What the two orders place on different sides of the cut is lost.
 * They agree about <em>stems</em>, the part of a name before its first {@code -}, {@code .} or {@code /}: so a page that
 * is not the last is believed but for its greatest stem, and the next begins there. A stem that fills a page alone is
 * asked for in parts: the name itself, what goes on with each of the three characters.
 */
record S3VersionPages(S3Versions versions) implements S3Listing.Source {

    /** Something to ask for. */
    private sealed interface Question {}

    /** What directly follows a prefix, behind a marker (empty: from the beginning). */
    private record Following(String prefix, String after) implements Question {}

    private record OneName(String name) implements Question {}

    private record IsThere(String folder) implements Question {}

    private record Questions(List<Question> open) implements Mark {}

    @Override
    public Page fetch(String folder, String after, Optional<Mark> mark) {
        var open = mark.map(at -> ((Questions) at).open()).orElseGet(() -> List.of(new Following(folder, after)));
        var what = S3Pages.words(folder);
        var rest = open.subList(1, open.size());
        return switch (open.getFirst()) {
            case OneName(var name) -> page(oldest(what, name), List.of(), rest);
            case IsThere(var wanted) -> page(List.of(), isThere(what, wanted) ? List.of(wanted) : List.of(), rest);
            case Following question -> following(what, question, rest);
        };
    }

    private List<Found> oldest(String what, String name) {
        return versions.of(what, name).oldest().stream()
                .map(version -> new Found(name, version.size(), version.stored()))
                .toList();
    }

    private boolean isThere(String what, String folder) {
        var answer = versions.page(what, folder, "");
        return !names(answer, new Following(folder, "")).isEmpty();
    }

    private Page following(String what, Following question, List<Question> rest) {
        var answer = versions.page(what, question.prefix(), question.after());
        var names = names(answer, question);
        if (!Boolean.TRUE.equals(answer.isTruncated())) {
            return page(answer, names, rest);
        }
        if (names.isEmpty()) {
            throw S3StoreException.damaged(
                    "cannot %s: a page without names is said not to be the last".formatted(what),
                    "see whether this server can list versions");
        }
        var greatest = stem(question.prefix(), names.last());
        var whole = names.headSet(greatest);
        var next = new ArrayList<Question>();
        if (whole.isEmpty()) {
            next.addAll(parts(question.prefix(), greatest));
        } else {
            next.add(new Following(question.prefix(), whole.last()));
        }
        next.addAll(rest);
        return page(answer, whole, next);
    }

    /** Of one stem, in the order of keys, and what comes after it. */
    private static List<Question> parts(String prefix, String stem) {
        var parts = new ArrayList<Question>();
        var mayBeName = !stem.isEmpty() && !stem.endsWith("/");
        if (mayBeName) {
            parts.add(new OneName(stem));
        }
        parts.add(new Following(stem + "-", ""));
        // SeaweedFS takes 'a.versions', where it keeps those of 'a', for a name that begins with 'a.'.
        parts.add(new OneName(stem + "."));
        parts.add(new Following(stem + ".", stem + "."));
        if (mayBeName) {
            parts.add(new IsThere(stem + "/"));
        }
        parts.add(new Following(prefix, stem + "/"));
        return parts;
    }

    private static String stem(String prefix, String name) {
        var end = prefix.length();
        while (end < name.length() && "-./".indexOf(name.charAt(end)) < 0) {
            end++;
        }
        return name.substring(0, end);
    }

    /** Whatever the answer says is there, even if only a delete marker is; without what was not asked for. */
    private static TreeSet<String> names(ListObjectVersionsResponse answer, Following question) {
        var names = new TreeSet<String>();
        answer.versions().forEach(version -> names.add(version.key()));
        answer.deleteMarkers().forEach(marker -> names.add(marker.key()));
        answer.commonPrefixes().forEach(folder -> names.add(folder.prefix()));
        names.removeIf(name -> !name.startsWith(question.prefix()) || name.compareTo(question.after()) <= 0);
        return names;
    }

    private static Page page(ListObjectVersionsResponse answer, Collection<String> names, List<Question> next) {
        return page(
                answer.versions().stream()
                        .filter(version -> names.contains(version.key()))
                        .map(version -> new Found(
                                version.key(),
                                version.size(),
                                version.lastModified().truncatedTo(ChronoUnit.SECONDS)))
                        .toList(),
                answer.commonPrefixes().stream()
                        .map(CommonPrefix::prefix)
                        .filter(names::contains)
                        .toList(),
                next);
    }

    private static Page page(List<Found> objects, List<String> folders, List<Question> next) {
        return new Page(objects, folders, next.isEmpty() ? Optional.empty() : Optional.of(new Questions(next)));
    }
}
