package io.holdfast.cli.check;

import io.holdfast.problem.Finding;
import io.holdfast.problem.HoldfastException;
import java.util.ArrayList;
import java.util.List;

/** Collects findings; a check that cannot be made is a finding, too. Confined to one thread. */
final class Findings {

    private final List<Finding> all = new ArrayList<>();

    void passed(String code, String message) {
        all.add(Finding.passed(code, message));
    }

    void notice(String code, String message, String hint) {
        all.add(Finding.notice(code, message, hint));
    }

    void warning(String code, String message, String hint) {
        all.add(Finding.warning(code, message, hint));
    }

    void error(String code, String message, String hint) {
        all.add(Finding.error(code, message, hint));
    }

    void unknown(String code, String message, String hint) {
        all.add(Finding.unknown(code, message, hint));
    }

    /** Makes a check without which the rest makes no sense; its problem is an error. Whether it went well. */
    boolean require(String code, Runnable check) {
        try {
            check.run();
            return true;
        } catch (HoldfastException e) {
            error(code, String.valueOf(e.getMessage()), e.hint());
            return false;
        }
    }

    /** Makes a check that may not be possible here. */
    void attempt(String code, Runnable check) {
        try {
            check.run();
        } catch (HoldfastException e) {
            unknown(code, String.valueOf(e.getMessage()), e.hint());
        }
    }

    List<Finding> list() {
        return List.copyOf(all);
    }
}
