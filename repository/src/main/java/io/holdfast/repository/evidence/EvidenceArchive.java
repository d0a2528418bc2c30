package io.holdfast.repository.evidence;

import io.holdfast.repository.Repository;
import io.holdfast.repository.binary.MalformedEncodingException;
import io.holdfast.repository.document.Json;
import io.holdfast.repository.frame.Reading;
import io.holdfast.repository.frame.Unreadable;
import io.holdfast.repository.store.ObjectKey;
import io.holdfast.repository.store.ObjectNumbers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Gatherers;
import java.util.stream.Stream;

/**
 * The entries of all writers, as they are in a repository or in a folder to which they were exported. They are read each time
 * that they are asked for, some at once, and never all of them are in memory.
 */
public final class EvidenceArchive {

    static final ObjectKey FOLDER = ObjectKey.of("evidence");

    private static final String SUFFIX = ".json";

    /** A store answers after some milliseconds, and an entry is small. */
    private static final int AT_ONCE = 16;

    /** No text in JSON that is longer than 100 million characters is read, and an entry is one. */
    private static final long LARGEST = 128L << 20;

    private final List<ObjectKey> objects;
    private final Function<ObjectKey, Reading<SignedEntry>> reader;

    private EvidenceArchive(Stream<ObjectKey> objects, Function<ObjectKey, Reading<SignedEntry>> reader) {
        this.objects = objects.filter(EvidenceArchive::isEntry)
                .sorted(Comparator.comparing(ObjectKey::text))
                .toList();
        this.reader = reader;
    }

    /** An object that may be an entry. */
    public record Found(ObjectKey object, SignedEntry signed) {

        /** What it says; empty if it says nothing that an entry does. */
        public Optional<EvidenceEntry> entry() {
            try {
                return Optional.of(signed.entry(object));
            } catch (MalformedEncodingException _) {
                return Optional.empty();
            }
        }

        /** The folder in which it is. */
        String writer() {
            return object.text().split("/", -1)[1];
        }
    }

    /** All that a repository holds now. */
    public static EvidenceArchive of(Repository repository) {
        try (var listed = repository.store().list(FOLDER)) {
            return new EvidenceArchive(
                    listed.map(object -> object.key()),
                    key -> repository.objects().attempt(key, () -> SignedEntry.read(repository, key)));
        }
    }

    private static boolean isEntry(ObjectKey key) {
        var parts = key.text().split("/", -1);
        return parts.length == 3 && ObjectNumbers.parse(parts[2]).isPresent();
    }

    /**
     * Reads all.
     *
     * @param what is asked of some at once
     * @param unreadable is told of what does not authenticate, of one after the other
     * @return in the order of the objects
     */
    public <T> List<T> read(Function<Found, T> what, Consumer<Unreadable> unreadable) {
        return objects.stream()
                .gather(Gatherers.mapConcurrent(AT_ONCE, key -> look(key, what)))
                .peek(reading -> reading.unreadable().ifPresent(unreadable))
                .flatMap(reading -> reading.content().stream())
                .toList();
    }

    private <T> Reading<T> look(ObjectKey key, Function<Found, T> what) {
        return switch (reader.apply(key)) {
            case Reading.Sound<SignedEntry>(var signed) -> new Reading.Sound<>(what.apply(new Found(key, signed)));
            case Reading.Unsound<SignedEntry>(var object) -> new Reading.Unsound<>(object);
        };
    }

    /**
     * Writes each into a file of its own, for whoever verifies them without the repository.
     *
     * @param folder is made; no entry may be in it yet
     * @param unreadable is told of what cannot be written
     * @return how many were
     */
    public int export(Path folder, Consumer<Unreadable> unreadable) {
        return read(found -> write(folder, found), unreadable).size();
    }

    private static Path write(Path folder, Found found) {
        try {
            var file = folder.resolve(found.object().text() + SUFFIX);
            Files.createDirectories(file.getParent());
            return Files.write(file, Json.mapper().writeValueAsBytes(found.signed()), StandardOpenOption.CREATE_NEW);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What {@link #export} wrote. */
    public static EvidenceArchive exported(Path folder) {
        try (var files = Files.walk(folder.resolve(FOLDER.text()), 2)) {
            return new EvidenceArchive(
                    files.filter(Files::isRegularFile)
                            .map(file -> folder.relativize(file).toString())
                            .filter(name -> name.endsWith(SUFFIX) && ObjectKey.isValid(name))
                            .map(name -> new ObjectKey(name.substring(0, name.length() - SUFFIX.length()))),
                    key -> read(folder.resolve(key.text() + SUFFIX), key));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Reading<SignedEntry> read(Path file, ObjectKey key) {
        try {
            if (Files.size(file) > LARGEST) {
                return new Reading.Unsound<>(new Unreadable(key, "it is larger than any entry"));
            }
            return new Reading.Sound<>(Json.read(key, Files.readAllBytes(file), SignedEntry.class));
        } catch (MalformedEncodingException e) {
            return new Reading.Unsound<>(new Unreadable(key, String.valueOf(e.getMessage())));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public EvidenceReport verify(TrustedEvidence trusted) {
        return verify(trusted, _ -> {});
    }

    /**
     * The same.
     *
     * @param also is told of each that its writer has signed, of some at once, before it is known whether its chain is sound
     */
    public EvidenceReport verify(TrustedEvidence trusted, Consumer<EvidenceEntry> also) {
        return new Verification(trusted).of(this, also);
    }
}
