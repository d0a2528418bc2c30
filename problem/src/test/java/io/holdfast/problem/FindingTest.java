package io.holdfast.problem;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.problem.Finding.Severity;
import org.junit.jupiter.api.Test;

class FindingTest {

    @Test
    void something_in_order_needs_no_hint() {
        var finding = Finding.passed("check.wal-level", "wal_level is replica");

        assertThat(finding.severity()).isEqualTo(Severity.PASSED);
        assertThat(finding.hint()).isEmpty();
    }

    @Test
    void every_other_finding_says_what_to_do() {
        assertThat(Finding.notice("check.slot", "no slot yet", "the first capture makes it"))
                .isEqualTo(new Finding(Severity.NOTICE, "check.slot", "no slot yet", "the first capture makes it"));
        assertThat(Finding.warning("check.space", "2 GB free", "make room").severity())
                .isEqualTo(Severity.WARNING);
        assertThat(Finding.error("check.version", "PostgreSQL 9.6", "upgrade").severity())
                .isEqualTo(Severity.ERROR);
    }

    @Test
    void what_could_not_be_found_out_is_never_passed() {
        assertThat(Finding.unknown("check.clock", "the clock cannot be compared", "grant pg_monitor")
                        .severity())
                .isNotEqualTo(Severity.PASSED);
    }
}
