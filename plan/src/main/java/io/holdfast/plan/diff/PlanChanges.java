package io.holdfast.plan.diff;

import java.util.List;

/**
 * What differs between two plans.
 *
 * @param before which plan it was, in words
 * @param after which plan it is
 * @param needed who must agree to the change; empty: nobody in particular
 * @param voided approvals that were given for the old plan and do not count for the new one
 */
public record PlanChanges(
        String before, String after, List<Section> sections, List<String> needed, List<String> voided) {

    public PlanChanges {
        sections = List.copyOf(sections);
        needed = List.copyOf(needed);
        voided = List.copyOf(voided);
    }

    /** One section of the document with what changed in it, a sentence each. */
    public record Section(String title, List<String> changes) {

        public Section {
            changes = List.copyOf(changes);
        }
    }

    /** Whether anything differs that counts: comments and spacing do not. */
    public boolean isEmpty() {
        return sections.isEmpty();
    }
}
