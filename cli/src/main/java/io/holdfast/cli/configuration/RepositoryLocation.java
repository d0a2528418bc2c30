package io.holdfast.cli.configuration;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.regex.Pattern;

/** Where a repository is. */
public sealed interface RepositoryLocation {

    /** What a text that is no location should be. */
    String DESCRIPTION = "a folder, or s3://BUCKET/PREFIX with a prefix of letters, digits, '.', '_', '-' and '/'";

    record Folder(Path path) implements RepositoryLocation {
        @Override
        public String toString() {
            return path.toString();
        }
    }

    /**
     * A part of a bucket.
     *
     * @param prefix empty, or ending in a slash
     */
    record Bucket(String name, String prefix) implements RepositoryLocation {
        @Override
        public String toString() {
            var text = "s3://" + name + "/" + prefix;
            return text.substring(0, text.length() - 1);
        }
    }

    Pattern URL = Pattern.compile("([A-Za-z][A-Za-z0-9+.-]*)://.*");
    Pattern BUCKET = Pattern.compile(
            "s3://(?<name>[a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(/(?<prefix>[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*)?)?/?");

    /**
     * Reads one.
     *
     * @param base against what a relative path is resolved
     */
    static Parsed<RepositoryLocation> parse(String text, Path base) {
        if (text.isBlank()) {
            return Parsed.refused("a path: it is empty");
        }
        var bucket = BUCKET.matcher(text);
        if (bucket.matches()) {
            var prefix = bucket.group("prefix");
            return Parsed.value(new Bucket(bucket.group("name"), prefix == null ? "" : prefix + "/"));
        }
        var url = URL.matcher(text);
        if (url.matches() && !url.group(1).equals("s3")) {
            return Parsed.refused(
                    "%s; '%s://' is not known, the nearest is 's3://'".formatted(DESCRIPTION, url.group(1)));
        }
        if (url.matches() || text.startsWith("s3:")) {
            return Parsed.refused(DESCRIPTION);
        }
        try {
            return Parsed.value(new Folder(base.resolve(text).normalize()));
        } catch (InvalidPathException _) {
            return Parsed.refused("a path on this system");
        }
    }
}
