package io.holdfast.postgres.backup;

/** Nothing is known of what changed: every file is read, and what the parent has is not stored again. */
final class ComparingPlanner implements FilePlanner {

    private final ParentCatalogue parent;

    ComparingPlanner(ParentCatalogue parent) {
        this.parent = parent;
    }

    @Override
    public FilePlan plan(SourceFile source) {
        return new FilePlan.Whole(FilePlanner.reason(source, ReadReason.COMPARED), parent.file(source.path()));
    }
}
