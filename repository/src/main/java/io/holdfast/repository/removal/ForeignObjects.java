package io.holdfast.repository.removal;

import io.holdfast.repository.Repository;
import io.holdfast.repository.frame.DamagedObjectException;
import io.holdfast.repository.frame.NewerFormatException;
import io.holdfast.repository.key.KeyException;
import io.holdfast.repository.store.ObjectKey;
import io.holdfast.repository.store.ObjectLockedException;
import io.holdfast.repository.store.ObjectMissingException;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Objects of which a person says that they are not the repository's. Each was looked at: it does not authenticate.
 *
 * @param keys those that are there
 * @param missing those that are not
 */
public record ForeignObjects(Set<ObjectKey> keys, Set<ObjectKey> missing) {

    public static final ForeignObjects NONE = new ForeignObjects(Set.of(), Set.of());

    /** All else is read without being sealed, or needed to open anything. */
    private static final Pattern SEALED =
            Pattern.compile("(generation|backup|manifest|claim|check|hold|repack|condemn|proof|evidence|plan)/.+");

    private static final Pattern CLAIM = Pattern.compile("claim/[^/]+/[^/]+/claim");

    /** What is still of use where a part of it is damaged. */
    private static final Pattern OF_PARTS = Pattern.compile("backup/[^/]+/(data|map)-.*|.*/(wal|segment)/.*");

    public ForeignObjects {
        keys = Set.copyOf(keys);
        missing = Set.copyOf(missing);
    }

    /** What became of one of them. */
    public sealed interface Fate {

        record Removed() implements Fate {}

        record Missing() implements Fate {}

        /**
         * A lock refuses to let it go.
         *
         * @param until if it has an end
         */
        record Locked(Optional<Instant> until) implements Fate {}
    }

    /** An object and what became of it. */
    public record Disowned(ObjectKey object, Fate fate) {}

    /**
     * Looks at each.
     *
     * @throws RemovalException if one of them may be the repository's: nothing was changed then
     */
    public static ForeignObjects of(Repository repository, Set<ObjectKey> named) {
        var keys = new TreeSet<ObjectKey>();
        var missing = new TreeSet<ObjectKey>();
        for (var key : named) {
            requireSealed(key);
            (isThere(repository, key) ? keys : missing).add(key);
        }
        return new ForeignObjects(keys, missing);
    }

    private static void requireSealed(ObjectKey key) {
        if (!SEALED.matcher(key.text()).matches()) {
            throw RemovalException.notForeign(key, "what opens a repository is not judged by this");
        }
        if (CLAIM.matcher(key.text()).matches()) {
            throw RemovalException.notForeign(
                    key,
                    "a claim that does not authenticate does no harm, and a capture that has slept may need to see it");
        }
    }

    private static boolean isThere(Repository repository, ObjectKey key) {
        try (var reader = repository.objects().open(key)) {
            if (OF_PARTS.matcher(key.text()).matches() && reader.isPartlySound()) {
                throw RemovalException.notForeign(
                        key, "a part of it authenticates: it is damaged, and the rest is of use");
            }
            if (repository.objects().verify(key, _ -> {}).isEmpty()) {
                throw RemovalException.notForeign(key, "it authenticates");
            }
            return true;
        } catch (NewerFormatException e) {
            throw RemovalException.notForeign(key, e.getMessage() + ", if it is one of holdfast's at all");
        } catch (DamagedObjectException _) {
            return true;
        } catch (KeyException e) {
            if (!repository.objects().isOfTheObject(e)) {
                throw e;
            }
            return true;
        } catch (ObjectMissingException _) {
            return false;
        }
    }

    /** The repository as if they were not there. */
    public Repository without(Repository repository) {
        return keys.isEmpty() ? repository : repository.without(keys);
    }

    /** Removes them, as far as no lock refuses it; that is no error. */
    public List<Disowned> remove(Repository repository) {
        return Stream.concat(
                        missing.stream().map(key -> new Disowned(key, new Fate.Missing())),
                        keys.stream().map(key -> new Disowned(key, remove(repository, key))))
                .sorted(Comparator.comparing(Disowned::object))
                .toList();
    }

    private static Fate remove(Repository repository, ObjectKey key) {
        try {
            repository.store().remove(key);
            return new Fate.Removed();
        } catch (ObjectLockedException e) {
            return new Fate.Locked(e.until());
        }
    }
}
