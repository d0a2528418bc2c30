package io.holdfast.cli.configuration;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Where else a repository is, in the order in which they are asked. */
public record MirrorPlaces(List<Place> places) {

    private static final Pattern FORM = Pattern.compile("(?<location>.+?)(\\s+with(\\s+(?<file>.+))?)?");

    private static final int MOST = 8;

    public MirrorPlaces {
        places = List.copyOf(places);
    }

    /**
     * One of them.
     *
     * @param configuration a file whose s3.* settings count there, instead of those of here
     */
    public record Place(RepositoryLocation location, Optional<Path> configuration) {}

    /**
     * Reads LOCATION [with FILE], and more of them behind commas.
     *
     * @param base against what relative paths are resolved
     */
    static Parsed<MirrorPlaces> parse(String text, Path base) {
        var places = new ArrayList<Place>();
        for (var part : text.split(",", -1)) {
            var form = FORM.matcher(part.strip());
            if (!form.matches() || (form.group(2) != null && form.group("file") == null)) {
                return Parsed.refused("locations with commas between them, and a file behind each 'with'");
            }
            switch (RepositoryLocation.parse(form.group("location"), base)) {
                case Parsed.Refused<RepositoryLocation>(var reason) -> {
                    return Parsed.refused("locations with commas between them, each " + reason);
                }
                case Parsed.Value<RepositoryLocation>(var location) -> {
                    try {
                        places.add(new Place(
                                location,
                                Optional.ofNullable(form.group("file")).map(base::resolve)));
                    } catch (InvalidPathException _) {
                        return Parsed.refused("locations, each with a path on this system behind 'with'");
                    }
                }
            }
        }
        var different = new HashSet<>(places.stream().map(Place::location).toList());
        if (different.size() < places.size() || places.size() > MOST) {
            return Parsed.refused("at most %d locations, each named once".formatted(MOST));
        }
        return Parsed.value(new MirrorPlaces(places));
    }
}
