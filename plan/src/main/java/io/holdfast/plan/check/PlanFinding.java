package io.holdfast.plan.check;

import io.holdfast.plan.yaml.Place;
import io.holdfast.problem.Finding;
import io.holdfast.problem.Finding.Severity;

/**
 * A finding, and where in the file it is.
 *
 * @param code stable, for example {@code plan.placeholder}
 */
public record PlanFinding(Severity severity, String code, Place place, String message, String hint) {

    static PlanFinding of(Finding finding, Place place) {
        return new PlanFinding(finding.severity(), finding.code(), place, finding.message(), finding.hint());
    }
}
