package io.holdfast.runbook.run;

import io.holdfast.problem.Finding;
import java.util.List;

/**
 * A step as a dry run sees it.
 *
 * @param intention what it would do, in words; empty where that is not known before the run
 * @param targets what it would lock
 * @param findings what its action says of the world
 */
public record DryStep(
        String path, String title, String kind, String intention, List<String> targets, List<Finding> findings) {

    public DryStep {
        targets = List.copyOf(targets);
        findings = List.copyOf(findings);
    }
}
