package io.holdfast.repository.removal;

import io.holdfast.repository.manifest.Manifest;
import io.holdfast.repository.manifest.StoredManifest;
import io.holdfast.repository.pack.BackupId;
import io.holdfast.repository.retention.Branch;
import io.holdfast.repository.retention.Candidate;
import io.holdfast.repository.store.StoredObject;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Of a repository without sessions, whose backups all lie on one branch. */
final class PlainContents implements Contents {

    @Override
    public History history(List<StoredManifest> manifests) {
        var backups = manifests.stream()
                .map(StoredManifest::manifest)
                .map(Manifest::id)
                .collect(Collectors.<BackupId>toSet());
        var until = manifests.stream().map(StoredManifest::stored).max(Instant::compareTo);
        return new History(
                manifests.stream()
                        .map(found -> new Candidate(
                                found.manifest().id(), 1, found.manifest().completed(), found.stored(), true))
                        .toList(),
                until.map(time -> List.of(new Branch("the only branch", backups, time)))
                        .orElse(List.of()),
                Optional.empty(),
                List.of());
    }

    @Override
    public Judge judge(Kept kept) {
        return (List<StoredObject> _) -> Map.of();
    }
}
