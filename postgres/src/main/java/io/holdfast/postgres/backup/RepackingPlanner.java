package io.holdfast.postgres.backup;

import io.holdfast.repository.manifest.FileEntry;
import io.holdfast.repository.manifest.FileEntry.Content;
import io.holdfast.repository.pack.PackReader;
import io.holdfast.repository.repack.RepackList;
import io.holdfast.repository.repack.SparseFiles;
import java.util.BitSet;
import java.util.Optional;
import java.util.Set;

/**
 * Stores anew what the parent has of some files in packs that shall go ({@link CopySettings#repacked}), and no more than that: a file
 * whose blocks are in many packs would otherwise be read and stored whole for one of them. Small files are, since they
 * share frames. All else comes into the backup as another planner says.
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
            case FilePlan.Keep(var content) -> {
                var prior = source.entry(source.size(), content);
                yield usesSparse(content) ? anew(source, prior, new FilePlan.Patch(prior, new BitSet())) : plan;
            }
            // The copier of blocks leaves nothing in these packs.
            case FilePlan.Patch(var prior, var _) ->
                isSmall(source) && usesSparse(prior.content()) ? anew(source, prior, plan) : plan;
            case FilePlan.Whole _ -> plan;
        };
    }

    private FilePlan anew(SourceFile source, FileEntry.File prior, FilePlan patch) {
        return isSmall(source) || !isOfOneMap(prior.content())
                ? new FilePlan.Whole(ReadReason.CONSOLIDATED, Optional.of(prior))
                : patch;
    }

    private boolean isSmall(SourceFile source) {
        return source.size() <= settings.smallFile();
    }

    private static boolean isOfOneMap(Content content) {
        return content instanceof Content.Single
                || (content instanceof Content.Mapped mapped && mapped.maps().size() == 1);
    }

    private boolean usesSparse(Content content) {
        return damage.unlessDamaged(() -> Optional.of(SparseFiles.used(content, settings.repacked(), packs)))
                .filter(used -> !used.isEmpty())
                .isPresent();
    }
}
