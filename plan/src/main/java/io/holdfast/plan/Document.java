package io.holdfast.plan;

import java.time.LocalDate;
import java.util.List;
import java.util.Optional;

/**
 * What stands on the title page.
 *
 * @param name the application that the plan is for
 * @param version of the plan, in the words of its owner
 * @param changes who must agree to a change of the plan; empty: nobody in particular
 */
public record Document(
        String name,
        String title,
        String overview,
        String version,
        LocalDate updated,
        LocalDate nextReview,
        String owner,
        Optional<Changes> changes) {

    /**
     * Signatures that a changed plan needs.
     *
     * @param from contacts, by id
     */
    public record Changes(List<String> from, int quorum) {

        public Changes {
            from = List.copyOf(from);
        }
    }
}
