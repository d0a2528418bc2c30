package io.holdfast.plan;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Who is told what, and when. */
public record Communication(
        List<Escalation> escalation, List<StatusState> statusStates, List<MessageTemplate> templates) {

    public Communication {
        escalation = List.copyOf(escalation);
        statusStates = List.copyOf(statusStates);
        templates = List.copyOf(templates);
    }

    /**
     * What a severity of an incident means for people.
     *
     * @param level for example {@code P1}
     * @param title for example {@code Critical}
     * @param respondWithin somebody has answered by then
     * @param told who or what is told at once
     */
    public record Escalation(String level, String title, Duration respondWithin, List<Told> told, Next next) {

        public Escalation {
            told = List.copyOf(told);
        }
    }

    /** Who or what is told. */
    public sealed interface Told {

        /** As the document has it. */
        String text();

        /** People, by the role, the id or a group of contacts. */
        record People(String text) implements Told {}

        /** Something that happens without anybody being called. */
        record Happening(String text) implements Told {}
    }

    /**
     * What follows when nobody has answered.
     *
     * @param within absent: not said
     */
    public record Next(Told to, Optional<Duration> within) {}

    /** A word on the status page. */
    public record StatusState(String name, String meaning) {}

    /** A message that only needs its blanks filled in. */
    public record MessageTemplate(String title, String subject, String body) {}
}
