package io.holdfast.plan.check;

import io.holdfast.plan.file.Places;
import io.holdfast.problem.Finding;
import java.util.ArrayList;
import java.util.List;

/** Collects what rules find. Confined to one thread. */
final class Report {

    private final Places places;
    private final List<PlanFinding> findings = new ArrayList<>();

    Report(Places places) {
        this.places = places;
    }

    void passed(String code, String message, List<String> path) {
        add(Finding.passed(code, message), path);
    }

    void notice(String code, String message, String hint, List<String> path) {
        add(Finding.notice(code, message, hint), path);
    }

    void warning(String code, String message, String hint, List<String> path) {
        add(Finding.warning(code, message, hint), path);
    }

    void error(String code, String message, String hint, List<String> path) {
        add(Finding.error(code, message, hint), path);
    }

    private void add(Finding finding, List<String> path) {
        findings.add(PlanFinding.of(finding, places.of(path)));
    }

    List<PlanFinding> findings() {
        return findings;
    }
}
