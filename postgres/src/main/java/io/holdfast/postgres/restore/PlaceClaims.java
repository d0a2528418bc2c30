package io.holdfast.postgres.restore;

import io.holdfast.postgres.backup.BackupDetails;
import io.holdfast.postgres.backup.ConfigurationPlaces;
import io.holdfast.repository.manifest.FilePath;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

/**
 * Sees to it that no two entries of a backup come to one place. What a restore once put in PGDATA for files outside it gives
 * way to those files; anything else is refused.
 */
final class PlaceClaims {

    private static final String EXTERNAL = "config/";
    private static final String LEFT_OVER = "data/" + Placement.CONFIGURATION;

    private final Placement placement;
    private final boolean isConfiguredOutside;
    private final Set<String> external = new HashSet<>();

    PlaceClaims(Placement placement, BackupDetails details) {
        this.placement = placement;
        this.isConfiguredOutside = details.configuration()
                .flatMap(ConfigurationPlaces::main)
                .filter(main -> main.text().startsWith(EXTERNAL))
                .isPresent();
    }

    /** Whether the entry is restored; in path order, files outside PGDATA come first. */
    boolean admits(FilePath path) {
        var text = path.text();
        if (text.startsWith(EXTERNAL)) {
            external.add(text.substring(EXTERNAL.length()));
            return true;
        }
        if (text.startsWith(LEFT_OVER + "/")) {
            var within = text.substring(LEFT_OVER.length() + 1);
            return !isConfiguredOutside
                    && !external.contains(within)
                    && external.stream().noneMatch(file -> file.startsWith(within + "/"));
        }
        if (text.startsWith("data/")) {
            requireOutsideTablespaces(placement.of(path));
        }
        return !text.equals(LEFT_OVER) || !isConfiguredOutside;
    }

    private void requireOutsideTablespaces(Path place) {
        for (var folder : placement.tablespaces()) {
            if (!place.equals(folder) && place.startsWith(folder)) {
                throw RestoreException.placeTaken(place, folder);
            }
        }
    }
}
