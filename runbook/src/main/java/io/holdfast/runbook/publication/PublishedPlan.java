package io.holdfast.runbook.publication;

import io.holdfast.plan.Plan;
import io.holdfast.plan.SshPublicKey;
import io.holdfast.plan.file.PlanFile;
import io.holdfast.plan.file.ReadPlan;
import io.holdfast.repository.key.RepositoryId;
import io.holdfast.runbook.approval.ApprovalException;
import io.holdfast.runbook.approval.SshSignature;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A plan in the repository: section 17 of the format.
 *
 * @param number counts from 1
 * @param previous the hash of the statement of the one before, {@link #NOTHING} for the first
 * @param text the file, byte for byte
 * @param by whoever published it, as they said
 * @param signatures of the statement, as {@code ssh-keygen -Y sign -n holdfast} makes them
 */
public record PublishedPlan(
        int version,
        RepositoryId repository,
        int number,
        String previous,
        String text,
        Instant at,
        String by,
        List<String> signatures) {

    static final int VERSION = 0;

    /** What the first one follows. */
    static final String NOTHING = "0".repeat(64);

    public PublishedPlan {
        signatures = List.copyOf(signatures);
    }

    /**
     * What it says.
     *
     * @throws PublicationException if this version of Holdfast cannot read it
     */
    public Plan plan() {
        return read().plan().orElseThrow();
    }

    /** The same with what a check needs to know of it. */
    public ReadPlan read() {
        var read = PlanFile.read(text);
        if (read.plan().isEmpty()) {
            throw PublicationException.unreadable(number, read.problems());
        }
        return read;
    }

    /** Whether it can be one, of this version of Holdfast or another: it has a hash, which its owners have signed. */
    boolean isPlan() {
        return PlanFile.hash(text).isPresent();
    }

    /** As a plan has it; a version that cannot read the text knows by it that it is another. */
    public String hash() {
        return PlanFile.hash(text)
                .orElseThrow(() -> PublicationException.unreadable(
                        number, PlanFile.read(text).problems()))
                .hex();
    }

    boolean isReadable() {
        return PlanFile.read(text).plan().isPresent();
    }

    /** What its owners sign. Everything that could be swapped for something else is in it. */
    public String statement() {
        return """
                holdfast plan 1
                repository: %s
                number: %d
                previous: sha256:%s
                plan: sha256:%s
                """.formatted(repository, number, previous, hash());
    }

    String hashOfStatement() {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            return HexFormat.of().formatHex(digest.digest(statement().getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /** The keys with which its statement was signed. */
    public Set<SshPublicKey> signers() {
        var statement = statement();
        return signatures.stream()
                .flatMap(signature -> signer(signature, statement).stream())
                .collect(Collectors.toUnmodifiableSet());
    }

    private static Optional<SshPublicKey> signer(String signature, String statement) {
        try {
            return Optional.of(SshSignature.verify(signature, statement).signer());
        } catch (ApprovalException _) {
            return Optional.empty();
        }
    }

    /** Whether it follows none. */
    boolean isFirst() {
        return number == 1 && previous.equals(NOTHING);
    }

    boolean asksNobody() {
        return plan().document().changes().isEmpty();
    }

    /** Whether keys are those of people whom this plan asks before it is changed. */
    boolean agreesToChange(Set<SshPublicKey> keys) {
        var plan = plan();
        return plan.document()
                .changes()
                .filter(changes -> ChangeOfPlan.agreed(plan, changes, keys).size() >= changes.quorum())
                .isPresent();
    }

    /** Whom it asks before it is changed, and who of them these keys are, in words. */
    String whomItAsks(Set<SshPublicKey> keys) {
        var plan = plan();
        return plan.document()
                .changes()
                .map(changes -> {
                    var agreed = ChangeOfPlan.agreed(plan, changes, keys);
                    return "%d of %s; these have signed: %s"
                            .formatted(
                                    changes.quorum(),
                                    String.join(", ", changes.from()),
                                    agreed.isEmpty() ? "none of them" : String.join(", ", agreed));
                })
                .orElse("nobody");
    }

    /** Whether one of the keys has signed this plan, or is that of somebody whom it names. */
    boolean knowsOneOf(Set<SshPublicKey> keys) {
        return !Collections.disjoint(keys, signers())
                || plan().contacts().stream().anyMatch(contact -> !Collections.disjoint(keys, contact.keys()));
    }

    PublishedPlan signed(List<String> given) {
        return new PublishedPlan(version, repository, number, previous, text, at, by, given);
    }
}
