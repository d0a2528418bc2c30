package io.holdfast.runbook.evidence;

import io.holdfast.repository.document.Json;
import io.holdfast.repository.evidence.EvidenceChain;
import io.holdfast.repository.evidence.EvidenceKind;
import io.holdfast.repository.evidence.Head;
import io.holdfast.runbook.journal.RunId;
import io.holdfast.runbook.journal.Transactions;
import io.holdfast.runbook.state.StateDatabase;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** Puts runs that have ended into the evidence chain, each once. Thread-safe. */
public final class RunEvidence {

    private final EndedRuns runs;

    public RunEvidence(StateDatabase database, InstantSource clock) {
        this.runs = new EndedRuns(new Transactions(database.source()), clock);
    }

    /** How many runs have ended and are in no chain yet. */
    public int waiting() {
        return runs.waiting();
    }

    /**
     * Records all that wait, in the order in which they ended; those that another engine records meanwhile are left to it.
     *
     * @return where they are
     */
    public Map<RunId, Head> record(EvidenceChain chain) {
        var recorded = new LinkedHashMap<RunId, Head>();
        var next = runs.recordNext((run, record) -> put(chain, run, record));
        while (next.isPresent()) {
            recorded.put(next.get().getKey(), next.get().getValue());
            next = runs.recordNext((run, record) -> put(chain, run, record));
        }
        return recorded;
    }

    /** An engine that died before the state database knew has left an entry behind the newest that this knows. */
    private Head put(EvidenceChain chain, RunId run, RunRecord record) {
        var content = Json.mapper().<JsonNode>valueToTree(record);
        return chain.find(
                        EvidenceKind.RUN,
                        run.value(),
                        content,
                        runs.newest(chain.key().writer()))
                .orElseGet(() -> chain.add(EvidenceKind.RUN, run.value(), content));
    }
}
