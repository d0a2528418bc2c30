package io.holdfast.repository.verification;

import io.holdfast.repository.Repository;
import io.holdfast.repository.frame.DamagedObjectException;
import io.holdfast.repository.frame.NewerFormatException;
import io.holdfast.repository.key.KeyException;
import io.holdfast.repository.manifest.FrameWalk;
import io.holdfast.repository.manifest.Manifest;
import io.holdfast.repository.pack.BackupId;
import io.holdfast.repository.pack.FrameReference;
import io.holdfast.repository.pack.PackReader;
import io.holdfast.repository.removal.Reach;
import io.holdfast.repository.store.ObjectKey;
import io.holdfast.repository.store.ObjectMissingException;
import io.holdfast.repository.verification.VerificationReport.LostBackup;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Which backups damage costs: exactly those that reach a damaged frame. Confined to one thread. */
final class Loss {

    private final Repository repository;
    private final Set<ObjectKey> present;
    private final Map<ObjectKey, Damage> damages = new HashMap<>();

    /** @param present what was listed, with what is damaged */
    Loss(Repository repository, Set<ObjectKey> present, List<Damage> found) {
        this.repository = repository;
        this.present = present;
        found.forEach(damage -> damages.put(damage.object(), damage));
    }

    /** Looks for packs that are missing, which are damages too, and for what all of them cost. */
    List<LostBackup> find() {
        var lost = new ArrayList<LostBackup>();
        damages.values().forEach(damage -> ofManifest(damage).ifPresent(lost::add));
        var left = repository.without(unusable());
        var manifests = left.manifests().readAll();
        if (findMissing(manifests) || damages.keySet().stream().anyMatch(Loss::isPack)) {
            try (var packs = new PackReader(repository.objects())) {
                var readable = new HashMap<FrameReference, Boolean>();
                for (var manifest : manifests) {
                    reason(manifest, new Search(packs, readable))
                            .map(reason -> new LostBackup(manifest.id(), reason))
                            .ifPresent(lost::add);
                }
            }
        }
        lost.sort(Comparator.comparing(backup -> backup.backup().text()));
        return lost;
    }

    /** Objects that count as missing. Of a pack every frame stands for itself. */
    Set<ObjectKey> unusable() {
        return damages.keySet().stream().filter(key -> !isPack(key)).collect(Collectors.toSet());
    }

    List<Damage> damages() {
        return damages.values().stream()
                .sorted(Comparator.comparing(damage -> damage.object().text()))
                .toList();
    }

    private static Optional<LostBackup> ofManifest(Damage damage) {
        var path = damage.object().text();
        return path.startsWith("manifest/") && BackupId.isValid(damage.object().name())
                ? Optional.of(new LostBackup(
                        new BackupId(damage.object().name()),
                        "its manifest does not authenticate: it is damaged, or not the repository's"))
                : Optional.empty();
    }

    private static boolean isPack(ObjectKey key) {
        return key.text().startsWith("backup/")
                && (key.name().startsWith("data-") || key.name().startsWith("map-"));
    }

    /** All backups together: what they share is read once. */
    private boolean findMissing(List<Manifest> manifests) {
        var reach = new Reach(repository.objects());
        boolean doubtful = false;
        for (var manifest : manifests) {
            doubtful |= damage(() -> reach.add(manifest)).isPresent();
        }
        for (var pack : reach.packs()) {
            var key = pack.key();
            // A store may list late; it does not deny what it has.
            if (!present.contains(key) && repository.store().find(key).isEmpty()) {
                damages.put(key, Damage.whole(key, "it is missing"));
                doubtful = true;
            }
        }
        return doubtful;
    }

    private Optional<String> reason(Manifest manifest, Search search) {
        var damage = damage(() -> FrameWalk.of(repository.objects(), manifest, search));
        return search.reason.or(() -> damage);
    }

    /** What is wrong with what was read, if anything. A damaged header may name a key or a format that never was. */
    private static Optional<String> damage(Runnable reading) {
        try {
            reading.run();
            return Optional.empty();
        } catch (DamagedObjectException | ObjectMissingException | NewerFormatException | KeyException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    /** Goes through one backup until it finds damage. */
    private final class Search implements FrameWalk.Visitor {

        private final PackReader packs;
        private final Map<FrameReference, Boolean> readable;
        private final Map<ObjectKey, BitSet> entered = new HashMap<>();
        private Optional<String> reason = Optional.empty();

        /** @param readable what backups before have asked */
        Search(PackReader packs, Map<FrameReference, Boolean> readable) {
            this.packs = packs;
            this.readable = readable;
        }

        @Override
        public void reached(FrameReference frame) {
            var damage = damages.get(frame.pack().key());
            if (reason.isEmpty() && damage != null && !readable.computeIfAbsent(frame, this::isReadable)) {
                reason = Optional.of("it needs '%s': %s".formatted(damage.object(), damage.what()));
            }
        }

        private boolean isReadable(FrameReference frame) {
            return damage(() -> packs.read(frame)).isEmpty();
        }

        @Override
        public boolean enters(FrameReference frame) {
            var known = entered.computeIfAbsent(frame.pack().key(), _ -> new BitSet());
            int number = frame.location().number();
            boolean isNew = reason.isEmpty() && !known.get(number);
            known.set(number);
            return isNew;
        }
    }
}
