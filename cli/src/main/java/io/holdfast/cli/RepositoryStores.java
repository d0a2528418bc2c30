package io.holdfast.cli;

import io.holdfast.cli.configuration.Configuration;
import io.holdfast.cli.configuration.RepositoryLocation.Bucket;
import io.holdfast.cli.configuration.RepositoryLocation.Folder;
import io.holdfast.cli.configuration.Settings;
import io.holdfast.cli.configuration.YesNo;
import io.holdfast.cli.traffic.TrafficLog;
import io.holdfast.repository.disk.Disk;
import io.holdfast.repository.mirror.Member;
import io.holdfast.repository.mirror.MirrorsForReading;
import io.holdfast.repository.removal.Intents;
import io.holdfast.repository.store.FilesystemStore;
import io.holdfast.repository.store.LockTerms;
import io.holdfast.repository.store.ObjectStore;
import io.holdfast.repository.store.s3.S3Lock;
import io.holdfast.repository.store.s3.S3Settings;
import io.holdfast.repository.store.s3.S3Store;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens the store at a location; nothing else does. What is about S3 is loaded only for a bucket, since the AWS SDK takes
 * longer to load than most commands to run.
 */
final class RepositoryStores {

    private static final Logger LOG = LoggerFactory.getLogger(RepositoryStores.class);

    private static final String S3 = "s3:";

    private static final String SEVERAL = "several:";

    private final Disk disk;
    private final InstantSource clock;

    RepositoryStores(Disk disk, InstantSource clock) {
        this.disk = disk;
        this.clock = clock;
    }

    /** Makes the folder where it is one; a bucket must exist. */
    ObjectStore create(Configuration configuration) {
        return switch (configuration.get(Settings.REPOSITORY_PATH)) {
            case Folder(var path) -> FilesystemStore.create(disk, path, clock);
            case Bucket bucket ->
                S3Store.openForWriting(
                        settings(bucket, configuration), Thread::sleep, new SecureRandom(), traffic(configuration));
        };
    }

    ObjectStore openForWriting(Configuration configuration) {
        return switch (configuration.get(Settings.REPOSITORY_PATH)) {
            case Folder(var path) -> FilesystemStore.openForWriting(disk, path, clock);
            case Bucket bucket ->
                S3Store.openForWriting(
                        settings(bucket, configuration), Thread::sleep, new SecureRandom(), traffic(configuration));
        };
    }

    ObjectStore openForReading(Configuration configuration) {
        return switch (configuration.get(Settings.REPOSITORY_PATH)) {
            case Folder(var path) -> FilesystemStore.openForReading(disk, path, clock);
            case Bucket bucket ->
                S3Store.openForReading(
                        settings(bucket, configuration), Thread::sleep, new SecureRandom(), traffic(configuration));
        };
    }

    private TrafficLog traffic(Configuration configuration) {
        return new TrafficLog(
                configuration.get(Settings.STATE_DIRECTORY),
                configuration.get(Settings.REPOSITORY_PATH).toString(),
                clock);
    }

    /** What is there, where {@link #create} would make a store; empty where there is not even a folder. */
    Optional<ObjectStore> openExisting(Configuration configuration) {
        return configuration.get(Settings.REPOSITORY_PATH) instanceof Folder(var path) && !Files.isDirectory(path)
                ? Optional.empty()
                : Optional.of(openForReading(configuration));
    }

    /** A name for files about one place. */
    static String shortNameOf(Configuration configuration) {
        return HexFormat.of().formatHex(sha256(reference(configuration)), 0, 8);
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** All that {@link #openReferenced} needs, without credentials. */
    static String reference(Configuration configuration) {
        return switch (configuration.get(Settings.REPOSITORY_PATH)) {
            case Folder(var path) -> path.toAbsolutePath().toString();
            case Bucket bucket -> S3 + settings(bucket, configuration).reference();
        };
    }

    /** The same for a repository that is in several places. */
    static String reference(List<Configuration> places) {
        return places.size() == 1
                ? reference(places.getFirst())
                : SEVERAL
                        + Json.writeLine(
                                places.stream().map(RepositoryStores::reference).toList());
    }

    ObjectStore openReferenced(String reference) {
        if (reference.startsWith(SEVERAL)) {
            var members = Json.readTexts(reference.substring(SEVERAL.length())).stream()
                    .map(place -> new Member(place, () -> openReferenced(place)))
                    .toList();
            return new MirrorsForReading(
                    members,
                    (where, why) -> LOG.warn(
                            "a place of the repository fails, the others are read place={}: {}",
                            where,
                            why.getMessage()));
        }
        return reference.startsWith(S3)
                ? S3Store.openForReading(
                        S3Settings.ofReference(reference.substring(S3.length())), Thread::sleep, new SecureRandom())
                : FilesystemStore.openForReading(disk, Path.of(reference), clock);
    }

    private static S3Settings settings(Bucket bucket, Configuration configuration) {
        var endpoint = configuration.find(Settings.S3_ENDPOINT);
        return new S3Settings(
                bucket.name(),
                bucket.prefix(),
                endpoint,
                configuration.find(Settings.S3_REGION),
                configuration.find(Settings.S3_PROFILE),
                configuration.find(Settings.S3_ROLE),
                configuration
                        .find(Settings.S3_PATH_STYLE)
                        .map(YesNo.YES::equals)
                        .orElse(endpoint.isPresent()),
                configuration.find(Settings.S3_STORAGE_CLASS),
                configuration.get(Settings.S3_ENCRYPTION),
                configuration.find(Settings.S3_KMS_KEY),
                configuration.get(Settings.S3_REQUEST_TIMEOUT),
                lock(configuration));
    }

    private static Optional<S3Lock> lock(Configuration configuration) {
        return configuration.get(Settings.S3_OBJECT_LOCK).mode().map(mode -> {
            var pieces = configuration.get(Settings.S3_LOCK_PIECES);
            if (pieces.compareTo(Intents.LIFE) < 0) {
                throw UsageException.shortLock(pieces, Intents.LIFE);
            }
            return new S3Lock(mode, new LockTerms(configuration.get(Settings.S3_LOCK), pieces));
        });
    }
}
