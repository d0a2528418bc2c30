package io.holdfast.repository.manifest;

import io.holdfast.problem.HoldfastException;
import io.holdfast.problem.ProblemKind;

/** A manifest was stored when its backup did not count any more. */
public final class VoidManifestException extends HoldfastException {

    private static final long serialVersionUID = 1;

    VoidManifestException(Manifest manifest) {
        super(
                "the manifest of backup %s was stored after %s, when its intent had died: the backup is void"
                        .formatted(manifest.id(), manifest.deadline()),
                "take another backup; if this one did not sleep for hours, look at the store's clock");
    }

    @Override
    public String code() {
        return "repository.backup-void";
    }

    @Override
    public ProblemKind kind() {
        return ProblemKind.UNAVAILABLE;
    }
}
