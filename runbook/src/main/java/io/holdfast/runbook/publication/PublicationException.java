package io.holdfast.runbook.publication;

import io.holdfast.plan.SshPublicKey;
import io.holdfast.plan.yaml.Problem;
import io.holdfast.problem.HoldfastException;
import io.holdfast.problem.ProblemKind;
import io.holdfast.repository.frame.Unreadable;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A plan cannot be published, or none of those that are published can be trusted. Nothing was changed. */
public final class PublicationException extends HoldfastException {

    private static final long serialVersionUID = 1;

    private final String code;
    private final ProblemKind kind;

    private PublicationException(String code, ProblemKind kind, String message, String hint) {
        super(message, hint);
        this.code = code;
        this.kind = kind;
    }

    static PublicationException none(String location) {
        return new PublicationException(
                "plan.none-published",
                ProblemKind.REFUSED,
                "no plan is published in " + location,
                "publish one with 'holdfast plan publish', or name a file with --plan");
    }

    static PublicationException noSuch(int number) {
        return new PublicationException(
                "plan.none-published",
                ProblemKind.USAGE,
                "there is no published plan number %d".formatted(number),
                "list them with 'holdfast plan history'");
    }

    static PublicationException unreadable(int number, List<Problem> problems) {
        return new PublicationException(
                "plan.unreadable",
                ProblemKind.DAMAGED,
                "published plan number %d cannot be read: %s"
                        .formatted(number, problems.getFirst().message()),
                "use the version of holdfast that published it, or a newer one");
    }

    static PublicationException unsigned() {
        return new PublicationException(
                "plan.unsigned",
                ProblemKind.REFUSED,
                "a published plan is signed, and no signature was given",
                "give --key FILE, or sign what --print shows with 'ssh-keygen -Y sign -n holdfast' and give --signature FILE");
    }

    static PublicationException notAgreed(int number, int quorum, List<String> from, Set<String> agreed) {
        return new PublicationException(
                "plan.change-not-agreed",
                ProblemKind.REFUSED,
                "plan number %d asks for the signatures of %d of %s before it is changed; these have signed: %s"
                        .formatted(
                                number,
                                quorum,
                                String.join(", ", from),
                                agreed.isEmpty() ? "none of them" : String.join(", ", agreed)),
                "let the others sign what 'holdfast plan publish --print' shows, and give each --signature FILE");
    }

    static PublicationException unchanged(int number) {
        return new PublicationException(
                "plan.unchanged",
                ProblemKind.REFUSED,
                "this plan is published already, as number %d".formatted(number),
                "there is nothing to do; comments and the order of keys do not make another plan");
    }

    static PublicationException overtaken(int number) {
        return new PublicationException(
                "plan.overtaken",
                ProblemKind.REFUSED,
                "somebody else has published number %d meanwhile".formatted(number),
                "compare with 'holdfast plan diff', and let the owners sign anew: their signatures name the number");
    }

    static PublicationException newestUnreadable(Unreadable object, Optional<PublishedPlan> readable) {
        return new PublicationException(
                "plan.unreadable",
                ProblemKind.DAMAGED,
                "'%s', which may be the plan in force, cannot be read: %s".formatted(object.object(), object.why()),
                readable.map(plan -> "an older one is taken only if you name it: --number " + plan.number())
                        .orElse("name a file with --plan"));
    }

    static PublicationException takenAway(int known) {
        return new PublicationException(
                "plan.taken-away",
                ProblemKind.DAMAGED,
                "published plan number %d, which this host has seen in the repository, is not there any more"
                        .formatted(known),
                "an older one is taken only if you name it: --number; 'holdfast plan history' lists what is left");
    }

    /**
     * One that is signed by a trusted key, and not by those whom the plan before asks.
     *
     * @param accepted the newest that is
     */
    static PublicationException notAgreedTo(
            PublishedPlan before, PublishedPlan plan, Set<SshPublicKey> signers, Optional<Integer> accepted) {
        return new PublicationException(
                "plan.untrusted",
                ProblemKind.KEY,
                "published plan number %d is signed by a trusted key, but not by those whom number %d asks before it is changed: %s"
                        .formatted(plan.number(), before.number(), before.whomItAsks(signers)),
                older(accepted));
    }

    static PublicationException afterGap(int number, int behindGap) {
        return new PublicationException(
                "plan.untrusted",
                ProblemKind.KEY,
                "whether published plan number %d was agreed to cannot be told: the plan before number %d is not there, or cannot be read"
                        .formatted(number, behindGap),
                "a key that you trust has signed it: --number %d takes it".formatted(number));
    }

    private static String older(Optional<Integer> accepted) {
        return accepted.map("the newest that can be trusted is taken if you name it: --number %d"::formatted)
                .orElse("name a file with --plan");
    }

    static PublicationException untrusted(PublishedPlan plan, Optional<Integer> accepted) {
        var signers =
                plan.signers().stream().map(SshPublicKey::fingerprint).sorted().toList();
        return new PublicationException(
                "plan.untrusted",
                ProblemKind.KEY,
                "published plan number %d is not signed by a trusted key; it is signed by: %s"
                        .formatted(plan.number(), signers.isEmpty() ? "nobody" : String.join(", ", signers)),
                "give the public key of an owner with --trust, from your own papers and not from the repository"
                        + accepted.map(
                                        "; the newest that can be trusted is taken if you name it: --number %d"
                                                ::formatted)
                                .orElse(""));
    }

    /** A file that is another plan than the published one. */
    public static PublicationException notInForce(int number) {
        return new PublicationException(
                "plan.not-in-force",
                ProblemKind.REFUSED,
                "this is not the plan in force, which is number %d in the repository and asks for signatures before it is changed"
                        .formatted(number),
                "run it with --published --trust KEY, or publish the change with 'holdfast plan publish'");
    }

    /** A file that is another plan than the newest that follows the others, where others may be newer. */
    static PublicationException doubtful(int number, String why) {
        return new PublicationException(
                "plan.not-in-force",
                ProblemKind.REFUSED,
                "this is not published plan number %d, and whether that is the one in force cannot be told: %s"
                        .formatted(number, why),
                "see 'holdfast plan fetch --trust KEY'; --despite-errors runs the file all the same");
    }

    /** A file that is another plan than the published one, which cannot be read. */
    static PublicationException unreadableInForce(int number) {
        return new PublicationException(
                "plan.unreadable",
                ProblemKind.REFUSED,
                "this is not the plan in force, which is number %d in the repository and cannot be read by this version of holdfast"
                        .formatted(number),
                "use the version that published it, or a newer one; --despite-errors runs the file all the same");
    }

    @Override
    public String code() {
        return code;
    }

    @Override
    public ProblemKind kind() {
        return kind;
    }
}
