package io.holdfast.plan;

import io.holdfast.plan.file.PlanFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/** The plans in the repository, wherever the tests run. */
public final class ShippedPlans {

    private ShippedPlans() {}

    /** A file of the checkout. */
    public static Path file(String path) {
        var folder = Path.of("").toAbsolutePath();
        while (!Files.exists(folder.resolve("plans/optimal-build/plan.yaml"))) {
            folder = Objects.requireNonNull(folder.getParent());
        }
        return folder.resolve(path);
    }

    public static Plan faithful() {
        return PlanFile.load(file("plans/optimal-build/plan.yaml"));
    }

    public static Plan mended() {
        return PlanFile.load(file("plans/optimal-build/plan-mended.yaml"));
    }
}
