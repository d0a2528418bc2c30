package io.holdfast.cli;

import io.holdfast.cli.configuration.Configuration;
import io.holdfast.cli.configuration.ConfigurationSources;
import io.holdfast.cli.configuration.RepositoryLocation;
import io.holdfast.cli.configuration.Settings;
import io.holdfast.repository.Repository;
import io.holdfast.repository.mirror.Member;
import io.holdfast.repository.mirror.MirrorException;
import io.holdfast.repository.mirror.MirrorsForReading;
import io.holdfast.repository.mirror.MirrorsForWriting;
import io.holdfast.repository.store.ObjectStore;
import io.holdfast.repository.store.StoreException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Where the configured repository is, in one place or in several, and its store for each purpose: of several one store that writes
 * to all of them, or reads whichever answers.
 */
final class RepositoryPlaces {

    private final Surroundings surroundings;
    private final Configuration configuration;
    private final RepositoryStores stores;
    private final PrintWriter err;

    /** Of what was warned already. */
    private final Set<String> warned = ConcurrentHashMap.newKeySet();

    /** @param err takes warnings about places that do not do their part */
    RepositoryPlaces(Surroundings surroundings, Configuration configuration, RepositoryStores stores, PrintWriter err) {
        this.surroundings = surroundings;
        this.configuration = configuration;
        this.stores = stores;
        this.err = err;
    }

    boolean several() {
        return !configuration.mirrors().isEmpty();
    }

    /** The configuration of each as if it were the only one; its own first. */
    List<Configuration> all() {
        if (!several()) {
            return List.of(configuration);
        }
        var own = configuration.get(Settings.REPOSITORY_PATH);
        refuseTheSame(own);
        var others = configuration.mirrors().stream()
                .map(mirror -> configuration.at(
                        mirror.location(), mirror.configuration().map(this::configurationOf)));
        return Stream.concat(Stream.of(configuration.at(own, Optional.empty())), others)
                .toList();
    }

    private void refuseTheSame(RepositoryLocation own) {
        var seen = new HashSet<>(Set.of(real(own)));
        for (var mirror : configuration.mirrors()) {
            // The same name in a bucket of another server is another place.
            if (!seen.add(real(mirror.location())) && mirror.configuration().isEmpty()) {
                throw UsageException.mirrorOfItself(mirror.location().toString());
            }
        }
    }

    /** Two names of one folder are one place. */
    private static RepositoryLocation real(RepositoryLocation location) {
        try {
            return location instanceof RepositoryLocation.Folder(var path) && Files.exists(path)
                    ? new RepositoryLocation.Folder(path.toRealPath())
                    : location;
        } catch (IOException _) {
            return location;
        }
    }

    private Configuration configurationOf(Path file) {
        return Configuration.load(new ConfigurationSources(
                Optional.of(file),
                Map.of(),
                Map.of(),
                surroundings.workingDirectory(),
                surroundings.systemConfiguration()));
    }

    ObjectStore forWriting() {
        return several()
                ? new MirrorsForWriting(
                        members(this::openForWriting),
                        configuration.get(Settings.REPOSITORY_STORED_WHEN),
                        this::warnOfStore)
                : stores.openForWriting(configuration);
    }

    ObjectStore forReading() {
        return several()
                ? new MirrorsForReading(members(stores::openForReading), this::warnOfStore)
                : stores.openForReading(configuration);
    }

    /** What is written there, holds and the like, goes to all places that answer. */
    ObjectStore toRestore() {
        return several()
                ? new MirrorsForReading(members(this::openForWriting), this::warnOfStore)
                : stores.openForWriting(configuration);
    }

    /** The same where nothing may be written: what is copied away is held only if it can be. */
    ObjectStore toCopy() {
        if (several()) {
            return new MirrorsForReading(members(this::openToCopy), this::warnOfStore);
        }
        try {
            return toRestore();
        } catch (StoreException e) {
            // What cannot be read either says so by itself.
            var store = forReading();
            err.println("WARNING: nothing can be held while it is copied, and may be removed meanwhile: %s%nHINT: %s"
                    .formatted(e.getMessage(), e.hint()));
            return store;
        }
    }

    private List<Member> members(Function<Configuration, ObjectStore> opening) {
        return all().stream()
                .map(place -> new Member(place.get(Settings.REPOSITORY_PATH).toString(), () -> opening.apply(place)))
                .toList();
    }

    /** A store for writing begins with a folder for what is incoming, which a disk that is not mounted must not get. */
    ObjectStore openForWriting(Configuration place) {
        var location = place.get(Settings.REPOSITORY_PATH);
        if (location instanceof RepositoryLocation.Folder) {
            try (var look = stores.openForReading(place)) {
                if (!Repository.existsIn(look)) {
                    throw MirrorException.notInitialised(location.toString());
                }
            }
        }
        return stores.openForWriting(place);
    }

    private ObjectStore openToCopy(Configuration place) {
        try {
            return openForWriting(place);
        } catch (StoreException e) {
            var store = stores.openForReading(place);
            warnOfStore(place.get(Settings.REPOSITORY_PATH).toString(), e);
            return store;
        }
    }

    /** Whoever relies on several places must know of each that does not do its part; once is enough. */
    private void warnOfStore(String location, StoreException why) {
        if (warned.add(location + why.getMessage())) {
            err.println(
                    "WARNING: %s does not do its part: %s%nHINT: %s".formatted(location, why.getMessage(), why.hint()));
            err.flush();
        }
    }
}
