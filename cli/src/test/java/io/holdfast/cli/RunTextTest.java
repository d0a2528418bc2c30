package io.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.problem.Finding;
import io.holdfast.runbook.journal.Event;
import io.holdfast.runbook.journal.EventType;
import io.holdfast.runbook.run.DryStep;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class RunTextTest {

    private static final String HIDING = "5 hours\r5 s\u001b[2K\u202Ex";
    private static final String SHOWN = "5 hours\uFFFD5 s\uFFFD[2K\uFFFDx";

    @Test
    void what_a_program_says_moves_and_hides_nothing_in_a_terminal() {
        var event = new Event(1, Instant.EPOCH, 1, "here", "lag", 1, EventType.LOG, HIDING + "\r\n\tend");

        assertThat(RunText.line(event)).isEqualTo("00:00:00 lag " + SHOWN + "\n\tend");
    }

    @Test
    void what_a_server_says_in_a_dry_run_neither() {
        var text = new StringWriter();
        var out = new PrintWriter(text);
        RunText.rehearsal(
                List.of(new DryStep(
                        "lag", "look", "http.check", "", List.of(), List.of(Finding.passed("test.code", HIDING)))),
                out);
        out.flush();

        assertThat(text.toString()).contains(SHOWN).doesNotContain("\u001b", "\r");
    }
}
