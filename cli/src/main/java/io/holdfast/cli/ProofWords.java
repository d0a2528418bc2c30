package io.holdfast.cli;

import io.holdfast.cli.inventory.ProofEntry;

/** What a proof says, for people. */
final class ProofWords {

    private ProofWords() {}

    /** In one line, without the name of the backup: an undetermined one never reads like a good one. */
    static String of(ProofEntry proof) {
        var at = Times.of(proof.completed());
        var reason = proof.reason().map(": "::concat).orElse("");
        return switch (proof.verdict()) {
            case "good" ->
                "proven restorable %s%s%s%s"
                        .formatted(
                                at,
                                proof.restoreSeconds()
                                        .map(seconds -> ", in " + Times.took(seconds))
                                        .orElse(""),
                                proof.toLsn().map(", to "::concat).orElse(""),
                                proof.notAsked().isEmpty()
                                        ? ""
                                        : " (not asked: " + String.join(", ", proof.notAsked()) + ")");
            case "bad" -> "PROVEN BAD %s%s".formatted(at, reason);
            default ->
                "verification of %s is undetermined%s%s"
                        .formatted(
                                at,
                                reason,
                                proof.before()
                                        .map(before -> "; before that " + of(before))
                                        .orElse(""));
        };
    }
}
