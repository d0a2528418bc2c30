package io.holdfast.postgres.copy;

import io.holdfast.postgres.archive.Generation;
import io.holdfast.postgres.archive.NeededWal;
import io.holdfast.postgres.archive.WalToCopy;
import io.holdfast.postgres.backup.BackupDetails;
import io.holdfast.postgres.retention.HeldWal;
import io.holdfast.postgres.wal.Lsn;
import io.holdfast.repository.Repository;
import io.holdfast.repository.copy.CopiedWal;
import io.holdfast.repository.copy.CopyException;
import io.holdfast.repository.manifest.Manifest;
import io.holdfast.repository.pack.BackupId;
import io.holdfast.repository.store.ObjectKey;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;

/** Which backups of a repository are copied, and what WAL. Confined to one thread. */
final class Choice {

    private final Repository source;
    private final RepositoryCopy.Selection selection;
    private final Map<Integer, Generation> generations = new HashMap<>();

    Choice(Repository source, RepositoryCopy.Selection selection) {
        this.source = source;
        this.selection = selection;
        Generation.all(source).forEach(generation -> generations.put(generation.number(), generation));
    }

    /** Oldest first: a backup finds there what it shares with those before it. */
    List<Manifest> backups() {
        if (selection.isOfEverything()) {
            return source.manifests().readAll().stream()
                    .filter(manifest -> !selection.known().contains(manifest.id()))
                    .sorted(Comparator.comparing(Manifest::begun))
                    .toList();
        }
        return selection.backups().stream()
                .distinct()
                .map(id -> find(source, id))
                .sorted(Comparator.comparing(Manifest::begun))
                .toList();
    }

    static Manifest find(Repository source, BackupId id) {
        return source.manifests().find(id).orElseThrow(() -> CopyException.noBackup(id));
    }

    private Generation generation(Manifest manifest) {
        return Optional.ofNullable(generations.get(manifest.generation()))
                .orElseThrow(() -> CopyRefusedException.noGeneration(manifest.id(), manifest.generation()));
    }

    /** To be consistent. */
    CopiedWal neededBy(Manifest manifest) {
        var generation = generation(manifest);
        var details = BackupDetails.of(manifest);
        return new Wal(
                new HeldWal(generation.number(), details.start(), Optional.of(details.stop())),
                () -> WalToCopy.ordered(
                        source,
                        generation,
                        NeededWal.of(
                                source,
                                generation,
                                manifest.id(),
                                details.timeline(),
                                details.start(),
                                details.stop())));
    }

    /** Of each generation, from where the first of its backups begins; where everything is copied, from the beginning. */
    List<CopiedWal> walFrom(List<Manifest> chosen) {
        if (!selection.isOfEverything() && !selection.wal()) {
            return List.of();
        }
        var begins = new HashMap<Integer, Lsn>();
        if (selection.isOfEverything()) {
            generations.keySet().forEach(number -> begins.put(number, new Lsn(0)));
        } else {
            chosen.forEach(manifest -> begins.merge(
                    manifest.generation(), BackupDetails.of(manifest).start(), Lsn::earlier));
        }
        return begins.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .<CopiedWal>map(begin -> new Wal(
                        new HeldWal(begin.getKey(), begin.getValue(), Optional.empty()),
                        () -> WalToCopy.from(
                                        source,
                                        Objects.requireNonNull(generations.get(begin.getKey())),
                                        begin.getValue())
                                .stream()
                                .filter(key -> !selection.unwanted().contains(key))
                                .toList()))
                .toList();
    }

    private record Wal(HeldWal range, Supplier<List<ObjectKey>> listing) implements CopiedWal {

        @Override
        public JsonNode held() {
            return range.document();
        }

        @Override
        public List<ObjectKey> objects() {
            return listing.get();
        }
    }
}
