package io.holdfast.postgres.backup;

import io.holdfast.repository.manifest.FileEntry;
import io.holdfast.repository.manifest.FileEntry.Content;
import io.holdfast.repository.pack.PackReader;
import io.holdfast.repository.repack.RepackList;
import io.holdfast.repository.repack.SparseFiles;
import java.util.Optional;
import java.util.Set;

/**
 * Reads a file whole of which the parent has a part in a pack that shall go; what is in other packs is not stored again
 * ({@link CopySettings#repacked}). All else comes into the backup as another planner says.
 */
final class RepackingPlanner implements FilePlanner {

    private final FilePlanner planner;
    private final Set<String> files;
    private final CopySettings settings;
    private final PackReader packs;
    private final ParentDamage damage;

    /** @param packs reads the frame maps of the parent */
    RepackingPlanner(
            FilePlanner planner, RepackList asked, CopySettings settings, PackReader packs, ParentDamage damage) {
        this.planner = planner;
        this.files = Set.copyOf(asked.files());
        this.settings = settings;
        this.packs = packs;
        this.damage = damage;
    }

    @Override
    public FilePlan plan(SourceFile source) {
        var plan = planner.plan(source);
        return files.contains(source.path().text()) ? unlessSparse(source, plan) : plan;
    }

    private FilePlan unlessSparse(SourceFile source, FilePlan plan) {
        return switch (plan) {
            case FilePlan.Keep(var content) -> whole(source.entry(source.size(), content), plan);
            case FilePlan.Patch(var prior, var _) -> whole(prior, plan);
            case FilePlan.Whole _ -> plan;
        };
    }

    private FilePlan whole(FileEntry.File prior, FilePlan otherwise) {
        return usesSparse(prior.content())
                ? new FilePlan.Whole(ReadReason.CONSOLIDATED, Optional.of(prior))
                : otherwise;
    }

    private boolean usesSparse(Content content) {
        return damage.unlessDamaged(() -> Optional.of(SparseFiles.used(content, settings.repacked(), packs)))
                .filter(used -> !used.isEmpty())
                .isPresent();
    }
}
