package io.holdfast.repository.store.s3;

import io.holdfast.problem.ProblemKind;
import io.holdfast.repository.store.Capability;
import io.holdfast.repository.store.ObjectExistsException;
import io.holdfast.repository.store.ObjectKey;
import io.holdfast.repository.store.ObjectLocks;
import io.holdfast.repository.store.ObjectMissingException;
import io.holdfast.repository.store.ObjectReader;
import io.holdfast.repository.store.ObjectStore;
import io.holdfast.repository.store.ObjectWriter;
import io.holdfast.repository.store.StoreException;
import io.holdfast.repository.store.StoredObject;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.BucketVersioningStatus;

/**
 * Objects in a bucket of Amazon S3 or of a server that speaks its protocol. Writers hold one part in memory; readers ask
 * for ranges, from as many threads as want to.
 *
 * <p>In a bucket that keeps versions, the oldest version of a name is the object, and delete markers do not count: what
 * others put over an object or who deletes it without naming the version changes nothing here.
 *
 * <p>Not promised: {@link Capability#CONDITIONAL_CREATE} where the server ignores {@code If-None-Match}, which opening
 * for writing finds out.
 */
public final class S3Store implements ObjectStore {

    private static final Logger LOG = LoggerFactory.getLogger(S3Store.class);
    private static final int PART = 8 * 1024 * 1024;
    private static final int PAGE = 1000;

    /** Where objects may be that are large enough to be uploaded in parts: section 3 of the format. */
    private static final Pattern PARTS = Pattern.compile("(backup|claim|condemn|manifest)/.+");

    /** No object of the store, since a key cannot begin with a dot: its second creation must be refused. */
    private static final String PROBE = ".holdfast-probe";

    private enum Access {
        READING,
        WRITING
    }

    private final S3Settings settings;
    private final S3Client client;
    private final ServerClock clock;
    private final S3Calls calls;
    private final Versions versions;
    private final S3Objects objects;
    private final RandomGenerator random;
    private final int pageSize;
    private final Access access;
    private final S3Locks locks;
    private final boolean conditional;
    private final S3Traffic traffic;

    private S3Store(
            S3Settings settings,
            S3Client client,
            ServerClock clock,
            S3Calls calls,
            RandomGenerator random,
            int pageSize,
            Access access,
            S3Traffic traffic) {
        this.settings = settings;
        this.traffic = traffic;
        this.client = client;
        this.clock = clock;
        this.calls = calls;
        this.random = random;
        this.pageSize = pageSize;
        this.access = access;
        this.versions = versions();
        this.objects = new S3Objects(client, calls, settings.bucket(), versions != Versions.NONE, pageSize);
        this.locks = new S3Locks(client, calls, settings, objects, this::now);
        this.conditional = access == Access.WRITING && refusesTakenNames();
    }

    /** Opens a bucket that exists; finds out whether the server refuses to create an object where one is. */
    public static S3Store openForWriting(
            S3Settings settings, Waiting waiting, RandomGenerator random, S3Traffic traffic) {
        return open(settings, waiting, random, PAGE, Access.WRITING, traffic);
    }

    /** Opens a bucket that exists; finds out whether the server refuses to create an object where one is. */
    public static S3Store openForWriting(S3Settings settings, Waiting waiting, RandomGenerator random) {
        return openForWriting(settings, waiting, random, S3Traffic.UNWATCHED);
    }

    /** Opens a bucket that exists without writing anything to it. */
    public static S3Store openForReading(
            S3Settings settings, Waiting waiting, RandomGenerator random, S3Traffic traffic) {
        return open(settings, waiting, random, PAGE, Access.READING, traffic);
    }

    /** Opens a bucket that exists without writing anything to it. */
    public static S3Store openForReading(S3Settings settings, Waiting waiting, RandomGenerator random) {
        return openForReading(settings, waiting, random, S3Traffic.UNWATCHED);
    }

    /** For writing, with listings in small pages, so that a few objects fill several. */
    public static S3Store openWithPages(S3Settings settings, Waiting waiting, RandomGenerator random, int pageSize) {
        return open(settings, waiting, random, pageSize, Access.WRITING, S3Traffic.UNWATCHED);
    }

    private static S3Store open(
            S3Settings settings,
            Waiting waiting,
            RandomGenerator random,
            int pageSize,
            Access access,
            S3Traffic traffic) {
        var clock = new ServerClock();
        S3Client client;
        try {
            client = S3Clients.open(settings, clock, traffic);
        } catch (SdkClientException e) {
            throw S3Clients.cannotOpen(settings, e);
        }
        try {
            return new S3Store(
                    settings, client, clock, new S3Calls(settings, waiting, random), random, pageSize, access, traffic);
        } catch (RuntimeException e) {
            client.close();
            traffic.close();
            throw e;
        }
    }

    /** What a bucket keeps when a name is used again. */
    private enum Versions {
        /** The object; what has its name now is another version. */
        ALL,
        /** What was stored before versioning was suspended. */
        EARLIER,
        NONE
    }

    private Versions versions() {
        try {
            var status = calls.attempt(
                            "open the bucket",
                            () -> client.getBucketVersioning(request -> request.bucket(settings.bucket())))
                    .status();
            if (status == BucketVersioningStatus.ENABLED) {
                return Versions.ALL;
            }
            return status == BucketVersioningStatus.SUSPENDED ? Versions.EARLIER : Versions.NONE;
        } catch (S3StoreException e) {
            if (e.is(S3Trouble.PERMISSION) || e.is(S3Trouble.NOT_IMPLEMENTED)) {
                // What was put over an object is then read in its place, and fails authentication.
                LOG.warn(
                        "whether the bucket keeps versions is unknown, taken for no: bucket={} reason={}",
                        settings.bucket(),
                        e.getMessage());
                return Versions.NONE;
            }
            throw e;
        }
    }

    /** The second creation of a name must be refused; the content is always the same, so nothing is lost if it is not. */
    private boolean refusesTakenNames() {
        var content = ByteBuffer.wrap("holdfast".getBytes(StandardCharsets.US_ASCII));
        for (var i = 0; i < 2; i++) {
            try {
                new S3Creation(
                                client,
                                calls,
                                settings,
                                true,
                                settings.prefix() + PROBE,
                                "write to the bucket",
                                "probe",
                                Optional.empty())
                        .put(content);
            } catch (S3StoreException e) {
                if (e.is(S3Trouble.PRECONDITION)) {
                    return true;
                }
                if (e.is(S3Trouble.NOT_IMPLEMENTED)) {
                    return false;
                }
                throw e;
            }
        }
        return false;
    }

    @Override
    public String location() {
        return settings.location();
    }

    @Override
    public Set<Capability> capabilities() {
        var capabilities = EnumSet.of(Capability.OWN_CLOCK, Capability.CONSISTENT_LISTING);
        if (conditional) {
            capabilities.add(Capability.CONDITIONAL_CREATE);
        }
        if (locks.possible()) {
            capabilities.add(Capability.RETENTION_LOCK);
        }
        if (versions == Versions.ALL) {
            capabilities.add(Capability.KEEPS_OVERWRITTEN);
        }
        return Set.copyOf(capabilities);
    }

    @Override
    public ObjectWriter create(ObjectKey key) {
        if (access == Access.READING) {
            throw new StoreException(
                    "%s is open for reading only".formatted(location()),
                    "this is a defect of the command: it must open the store for writing",
                    ProblemKind.DEFECT,
                    null);
        }
        if (!conditional && find(key).isPresent()) {
            throw new ObjectExistsException(location(), key);
        }
        var name = name(key);
        var writer = "%016x%016x".formatted(random.nextLong(), random.nextLong());
        var creation = new S3Creation(
                client,
                calls,
                settings,
                conditional,
                name,
                "write object '%s'".formatted(key),
                writer,
                locks.ofNew(key));
        return new S3ObjectWriter(objects, creation, location(), key, name, writer, PART);
    }

    @Override
    public ObjectReader open(ObjectKey key) {
        var version = objects.find("open object '%s'".formatted(key), name(key))
                .orElseThrow(() -> new ObjectMissingException(location(), key));
        return new S3ObjectReader(client, calls, settings.bucket(), name(key), key, version);
    }

    @Override
    public Optional<StoredObject> find(ObjectKey key) {
        return objects.find("look at object '%s'".formatted(key), name(key))
                .map(version -> new StoredObject(key, version.size(), version.stored()));
    }

    @Override
    public Stream<StoredObject> list(ObjectKey folder) {
        return S3Listing.beneath(pages(), settings.prefix(), folder.text() + "/", "");
    }

    @Override
    public Stream<StoredObject> list(ObjectKey folder, ObjectKey after) {
        return S3Listing.beneath(pages(), settings.prefix(), folder.text() + "/", after.text());
    }

    @Override
    public Stream<StoredObject> list() {
        return S3Listing.beneath(pages(), settings.prefix(), "", "");
    }

    private S3Listing.Source pages() {
        return objects.versioned()
                ? new S3VersionPages(new S3Versions(client, calls, settings.bucket(), pageSize))
                : new S3Pages(client, calls, settings.bucket(), pageSize);
    }

    @Override
    public void remove(ObjectKey key) {
        var what = "remove object '%s'".formatted(key);
        try {
            objects.remove(what, name(key));
        } catch (S3StoreException e) {
            throw e.is(S3Trouble.PERMISSION) ? locks.refusal(key, e) : e;
        }
    }

    /** Uploads in parts whose process was killed. Where this identity may not look for them, none. */
    @Override
    public long sweepUnfinished(Instant begunBefore) {
        try {
            return objects.abortUploads(
                    "sweep unfinished uploads", settings.prefix(), PARTS.asMatchPredicate(), begunBefore);
        } catch (S3StoreException e) {
            if (e.is(S3Trouble.PERMISSION) || e.is(S3Trouble.NOT_IMPLEMENTED)) {
                LOG.warn("unfinished uploads are not swept: reason={}", e.getMessage());
                return 0;
            }
            throw e;
        }
    }

    @Override
    public Optional<Instant> lockedUntil(ObjectKey key) {
        return locks.until(key);
    }

    @Override
    public Optional<Instant> notRemovableUntil(ObjectKey key) {
        return locks.notRemovableUntil(key);
    }

    @Override
    public Optional<ObjectLocks> locks() {
        return settings.lock().isPresent() && access == Access.WRITING ? Optional.of(locks) : Optional.empty();
    }

    /** Never ahead of the server's clock; may be a second and the time of an answer behind it. */
    @Override
    public Instant now() {
        return clock.now()
                .orElseThrow(() -> S3StoreException.damaged(
                        "answers of %s have no date".formatted(location()),
                        "see whether a proxy between here and the server changes answers"));
    }

    private String name(ObjectKey key) {
        return settings.name(key);
    }

    @Override
    public void close() {
        client.close();
        traffic.close();
    }
}
