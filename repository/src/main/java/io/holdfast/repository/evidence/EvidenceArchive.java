package io.holdfast.repository.evidence;

import io.holdfast.repository.Repository;
import io.holdfast.repository.binary.MalformedEncodingException;
import io.holdfast.repository.document.Json;
import io.holdfast.repository.frame.Unreadable;
import io.holdfast.repository.store.ObjectKey;
import io.holdfast.repository.store.ObjectNumbers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The entries of all writers, as they were found in a repository or in a folder to which they were exported.
 *
 * @param chains by writer, each in the order of its objects
 * @param unreadable what does not authenticate
 */
public record EvidenceArchive(SortedMap<String, List<Found>> chains, List<Unreadable> unreadable) {

    static final ObjectKey FOLDER = ObjectKey.of("evidence");

    private static final String SUFFIX = ".json";

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
    }

    /** Reads all that a repository holds. */
    public static EvidenceArchive of(Repository repository) {
        var keys = new ArrayList<ObjectKey>();
        try (var objects = repository.store().list(FOLDER)) {
            objects.filter(object -> isEntry(object.key())).forEach(object -> keys.add(object.key()));
        }
        var chains = new TreeMap<String, List<Found>>();
        var unreadable = new ArrayList<Unreadable>();
        for (var key : keys) {
            var reading = repository.objects().attempt(key, () -> SignedEntry.read(repository, key));
            reading.content().ifPresent(signed -> add(chains, key, signed));
            reading.unreadable().ifPresent(unreadable::add);
        }
        return new EvidenceArchive(chains, List.copyOf(unreadable));
    }

    private static boolean isEntry(ObjectKey key) {
        var parts = key.text().split("/", -1);
        return parts.length == 3 && ObjectNumbers.parse(parts[2]).isPresent();
    }

    private static void add(SortedMap<String, List<Found>> chains, ObjectKey key, SignedEntry signed) {
        var writer = key.text().split("/", -1)[1];
        chains.computeIfAbsent(writer, _ -> new ArrayList<>()).add(new Found(key, signed));
    }

    /**
     * Writes each into a file of its own, for whoever verifies them without the repository.
     *
     * @param folder is made; no entry may be in it yet
     * @return how many
     */
    public int export(Path folder) {
        var count = 0;
        try {
            for (var found : all()) {
                var file = folder.resolve(found.object().text() + SUFFIX);
                Files.createDirectories(file.getParent());
                Files.write(file, Json.mapper().writeValueAsBytes(found.signed()), StandardOpenOption.CREATE_NEW);
                count++;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return count;
    }

    /** Reads what {@link #export} wrote. */
    public static EvidenceArchive exported(Path folder) {
        var chains = new TreeMap<String, List<Found>>();
        var unreadable = new ArrayList<Unreadable>();
        try (var files = Files.walk(folder.resolve(FOLDER.text()), 2)) {
            for (var file : files.filter(Files::isRegularFile).sorted().toList()) {
                var name = folder.relativize(file).toString();
                if (!name.endsWith(SUFFIX) || !ObjectKey.isValid(name)) {
                    continue;
                }
                var key = new ObjectKey(name.substring(0, name.length() - SUFFIX.length()));
                if (isEntry(key)) {
                    try {
                        add(chains, key, Json.read(key, Files.readAllBytes(file), SignedEntry.class));
                    } catch (MalformedEncodingException e) {
                        unreadable.add(new Unreadable(key, String.valueOf(e.getMessage())));
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new EvidenceArchive(chains, List.copyOf(unreadable));
    }

    /** In the order of chains and objects. */
    public List<Found> all() {
        return chains.values().stream().flatMap(List::stream).toList();
    }

    public EvidenceReport verify(TrustedEvidence trusted) {
        return new Verification(this, trusted).report();
    }
}
