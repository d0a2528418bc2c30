package io.holdfast.demo;

import java.nio.file.Path;
import java.util.Map;

/** Where the demo keeps its repository. */
sealed interface RepositoryPlace extends AutoCloseable {

    /** The lines of {@code holdfast.yaml} that follow {@code repository:}. */
    String configuration();

    /** As a plan names it. */
    String location();

    /** What the host of the database has in its environment to reach it. */
    Map<String, String> environment();

    @Override
    void close();

    /** Beside everything else. */
    record Folder(Path path) implements RepositoryPlace {

        @Override
        public String configuration() {
            return "  path: %s\n".formatted(path);
        }

        @Override
        public String location() {
            return path.toString();
        }

        @Override
        public Map<String, String> environment() {
            return Map.of();
        }

        @Override
        public void close() {}
    }

    /** In a bucket with Object Lock. */
    record InBucket(Bucket bucket) implements RepositoryPlace {

        @Override
        public String configuration() {
            return "  path: %s\n".formatted(location())
                    + """
                    s3:
                      endpoint: %s
                      object-lock: governance
                      lock: 2d
                      lock-pieces: 1d
                    """.formatted(bucket.server().endpoint());
        }

        @Override
        public String location() {
            return "s3://%s/%s".formatted(Bucket.NAME, Bucket.PREFIX);
        }

        @Override
        public Map<String, String> environment() {
            return bucket.host().environment();
        }

        @Override
        public void close() {
            bucket.server().close();
        }
    }
}
