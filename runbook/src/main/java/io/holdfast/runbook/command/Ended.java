package io.holdfast.runbook.command;

import io.holdfast.runbook.action.Outputs;
import java.util.Map;
import java.util.Set;

/** How a program ended. */
public sealed interface Ended {

    /** By itself. */
    record WithCode(String program, int code, String stdout, String stderr, boolean truncated) implements Ended {

        public boolean isOneOf(Set<Integer> codes) {
            return codes.contains(code);
        }

        public Outputs outputs() {
            return new Outputs(Map.of(
                    "exit-code", Integer.toString(code), "stdout", stdout, "truncated", Boolean.toString(truncated)));
        }

        /** With the last thing that it complained of. */
        public String explain() {
            var last = stderr.lines().filter(line -> !line.isBlank()).reduce((_, line) -> line);
            return "'%s' ended with %d%s"
                    .formatted(program, code, last.map(line -> ": " + line).orElse(""));
        }
    }

    /** It took too long and was killed. */
    record Killed(String program, long seconds) implements Ended {

        public String explain() {
            return "'%s' had not ended after %d s and was killed".formatted(program, seconds);
        }
    }
}
