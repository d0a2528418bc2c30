package io.holdfast.runbook.check;

import java.util.Map;

/** What one look showed. */
public sealed interface Sight {

    /** It is as it should be. */
    record Green(Map<String, String> outputs) implements Sight {

        public Green {
            outputs = Map.copyOf(outputs);
        }
    }

    /**
     * It is not, or cannot be seen.
     *
     * @param reason what is wrong, on which thing; lower case, no full stop
     * @param hint what to do
     */
    record Red(String reason, String hint) implements Sight {}
}
