package io.holdfast.runbook.approval;

import io.holdfast.runbook.journal.EventType;
import io.holdfast.runbook.journal.RunRow;
import io.holdfast.runbook.journal.Writing;
import java.util.Map;

/**
 * That whoever starts a run is whom they say they are: their signature of a statement. Without it the starter could be any
 * of those who approve, under another's name.
 *
 * @param signature of {@link #statement}
 */
public record StarterProof(String starter, SshSignature signature) {

    /**
     * Takes a signature.
     *
     * @param approvers the keys of the people of the plan, by name
     * @throws ApprovalException if it is not one of the starter over this run
     */
    public static StarterProof of(RunRow run, Map<String, String> approvers, String armoured) {
        var signature = SshSignature.verify(armoured, statement(run));
        var own = People.keys(approvers.getOrDefault(run.starter(), "")).contains(signature.signer());
        if (!own) {
            throw new ApprovalException(
                    "the key of this signature is none that the plan has of '%s'".formatted(run.starter()),
                    "sign with your own, and say with --as who you are");
        }
        return new StarterProof(run.starter(), signature);
    }

    /** The text that is signed; it is about one run only. */
    public static String statement(RunRow run) {
        return """
                holdfast start 1
                run: %s
                procedure: %s
                environment: %s
                plan: sha256:%s
                starter: %s
                """.formatted(
                        run.id(),
                        ApprovalRequest.line(run.procedure()),
                        ApprovalRequest.line(run.environment()),
                        ApprovalRequest.line(run.planHash()),
                        ApprovalRequest.line(run.starter()));
    }

    /** As it stands in the record, on one line. */
    public void record(Writing writing) {
        writing.event(
                EventType.STARTER_PROVEN,
                "%s, by a signature with %s: %s"
                        .formatted(
                                starter,
                                signature.signer(),
                                signature.armoured().replaceAll("\\R", " ").strip()));
    }

    /** Whether the run has one. */
    public static boolean isIn(Writing writing) {
        return writing.handle()
                .createQuery("select exists (select from event where run = :run and type = :type)")
                .bind("run", writing.run().id().value())
                .bind("type", EventType.STARTER_PROVEN.name())
                .mapTo(Boolean.class)
                .one();
    }
}
