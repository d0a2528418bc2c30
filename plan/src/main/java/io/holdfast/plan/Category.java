package io.holdfast.plan;

import java.time.Duration;
import java.util.List;

/**
 * A kind of disaster.
 *
 * @param number from 1
 * @param recoveryWithin in less than this it is over
 * @param answers what is done about it
 */
public record Category(
        int number,
        String title,
        Severity severity,
        List<String> examples,
        Duration recoveryWithin,
        List<Answer> answers) {

    public Category {
        examples = List.copyOf(examples);
        answers = List.copyOf(answers);
    }

    public enum Severity {
        LOW,
        MEDIUM,
        HIGH,
        CRITICAL
    }

    /**
     * One of the ways to recover.
     *
     * @param text how the document calls it
     * @param procedure the id of the procedure that does it
     */
    public record Answer(String text, String procedure) {}
}
