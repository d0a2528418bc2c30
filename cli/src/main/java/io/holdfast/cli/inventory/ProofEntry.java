package io.holdfast.cli.inventory;

import io.holdfast.postgres.verify.Check;
import io.holdfast.postgres.verify.CheckKind;
import io.holdfast.postgres.verify.Proof;
import io.holdfast.postgres.verify.Proofs;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What was found when a backup was restored to look at it.
 *
 * @param verdict good, bad or undetermined
 * @param restoreSeconds until the server took writes
 * @param toLsn where its recovery ended
 * @param notAsked checks that were left out
 * @param reason the first thing that is wrong, or else that could not be judged
 * @param before the newest proof that was good or bad, if this one is undetermined
 */
public record ProofEntry(
        String backup,
        String verdict,
        Instant completed,
        Optional<Double> restoreSeconds,
        Optional<String> toLsn,
        List<String> notAsked,
        Optional<String> reason,
        Optional<ProofEntry> before) {

    public ProofEntry {
        notAsked = List.copyOf(notAsked);
    }

    public static ProofEntry of(Proofs.Standing standing) {
        var newest = standing.newest();
        return of(newest, standing.decided().filter(decided -> !decided.equals(newest)));
    }

    private static ProofEntry of(Proof proof, Optional<Proof> before) {
        return new ProofEntry(
                proof.backup().text(),
                proof.verdict().toString(),
                proof.completed(),
                proof.restoreTime().map(time -> time.toMillis() / 1000.0),
                proof.recovered().map(recovered -> recovered.to().toString()),
                proof.checks().stream()
                        .filter(check -> !check.asked() && check.kind() != CheckKind.QUERIES)
                        .map(check -> check.kind().toString())
                        .toList(),
                reason(proof),
                before.map(earlier -> of(earlier, Optional.empty())));
    }

    private static Optional<String> reason(Proof proof) {
        return proof.checks().stream()
                .map(Check::findings)
                .flatMap(List::stream)
                .findFirst()
                .or(() -> proof.checks().stream()
                        .map(Check::doubts)
                        .flatMap(List::stream)
                        .findFirst());
    }
}
