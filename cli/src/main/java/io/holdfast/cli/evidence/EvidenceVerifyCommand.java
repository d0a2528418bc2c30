package io.holdfast.cli.evidence;

import io.holdfast.cli.OutputOption;
import io.holdfast.cli.TakesSettings;
import io.holdfast.cli.Times;
import io.holdfast.cli.TrustedKeys;
import io.holdfast.cli.Workspace;
import io.holdfast.cli.configuration.Setting;
import io.holdfast.cli.configuration.Settings;
import io.holdfast.plan.SshPublicKey;
import io.holdfast.problem.ProblemKind;
import io.holdfast.repository.evidence.EvidenceArchive;
import io.holdfast.repository.evidence.EvidenceKey;
import io.holdfast.repository.evidence.EvidenceReport;
import io.holdfast.repository.evidence.Head;
import io.holdfast.repository.evidence.TrustedEvidence;
import io.holdfast.repository.frame.Unreadable;
import io.holdfast.repository.key.RepositoryId;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code holdfast evidence verify}. */
@Command(
        name = "verify",
        sortOptions = false,
        description = {
            "Follow each chain of evidence from its first entry: whether every entry is signed by its writer and names the one before."
                    + " Needs no server and no record of runs; with --from neither the repository.",
            "A chain proves itself only to whoever knows something from elsewhere: the key of the writer ('holdfast evidence key'), or"
                    + " else whoever has the repository key may have made all of it; and the hash of an entry that was there once, or"
                    + " else what was behind it may have been cut off. What is not proven is not called intact."
        },
        footer = {
            "",
            "Exit code: 0: intact. 1: nothing speaks against it, but nobody vouches for all of it. 6: something was changed, put in or"
                    + " taken away.",
            "",
            "Example:",
            "  holdfast evidence verify --trust /safe/evidence.pub --head $(cat /safe/head)"
        })
final class EvidenceVerifyCommand implements Callable<Integer>, TakesSettings {

    @Spec
    private CommandSpec spec;

    @Mixin
    private OutputOption output;

    @Mixin
    private TrustedKeys trusted;

    @Option(
            names = "--head",
            paramLabel = "HASH",
            description = "Hash of an entry that was there once, from your own papers. May be repeated.")
    private List<String> heads = List.of();

    @Option(names = "--from", paramLabel = "DIR", description = "Verify what 'holdfast evidence export' wrote there.")
    private @Nullable Path folder;

    @Option(
            names = "--of",
            paramLabel = "ID",
            description =
                    "Of which repository all entries must be, by its id as 'holdfast info' shows it. With --from, who does not"
                            + " say it is told of which one they are.")
    private @Nullable String id;

    @Override
    public List<Setting<?>> settings() {
        return Settings.OF_THE_REPOSITORY;
    }

    @Override
    public Integer call() {
        var workspace = Workspace.of(spec);
        var keys = trusted.evidenceKeys(workspace);
        var report = folder == null ? stored(workspace, keys) : exported(workspace.resolve(folder), keys);
        var document = ReportDocument.of(report);
        output.printText(out -> print(document, out), () -> document);
        return switch (report.verdict()) {
            case INTACT -> 0;
            case UNVOUCHED -> 1;
            case BROKEN -> ProblemKind.DAMAGED.exitCode();
        };
    }

    private EvidenceReport stored(Workspace workspace, Set<EvidenceKey> keys) {
        try (var repository = workspace.openRepositoryForReading()) {
            return EvidenceArchive.of(repository)
                    .verify(new TrustedEvidence(keys, knownHeads(), wanted().or(() -> Optional.of(repository.id()))));
        }
    }

    private EvidenceReport exported(Path from, Set<EvidenceKey> keys) {
        if (!Files.isDirectory(from.resolve("evidence"))) {
            throw EvidenceUsageException.nothingExported(from);
        }
        return EvidenceArchive.exported(from).verify(new TrustedEvidence(keys, knownHeads(), wanted()));
    }

    private Optional<RepositoryId> wanted() {
        try {
            return Optional.ofNullable(id).map(RepositoryId::parse);
        } catch (IllegalArgumentException _) {
            throw EvidenceUsageException.notAnId(String.valueOf(id));
        }
    }

    private Set<String> knownHeads() {
        return heads.stream()
                .map(text -> text.strip().toLowerCase(Locale.ROOT))
                .peek(text -> {
                    if (!text.matches("[0-9a-f]{64}")) {
                        throw EvidenceUsageException.notAHead(text);
                    }
                })
                .collect(Collectors.toSet());
    }

    /**
     * What was found.
     *
     * @param verdict intact, unvouched or broken
     * @param repositories ids of those that the signed entries name
     */
    record ReportDocument(
            String verdict,
            List<String> repositories,
            List<ChainDocument> chains,
            List<String> keysWithoutChain,
            List<String> lostHeads,
            List<String> unreadable) {

        record ChainDocument(
                String writer,
                Optional<String> key,
                boolean trusted,
                boolean holdsKnownHead,
                int entries,
                Optional<Instant> first,
                Optional<Instant> last,
                Optional<String> head,
                List<String> problems) {

            private static ChainDocument of(EvidenceReport.Chain chain) {
                return new ChainDocument(
                        chain.writer(),
                        chain.key().map(key -> new SshPublicKey(key.hex()).toString()),
                        chain.trusted(),
                        chain.anchored(),
                        chain.entries(),
                        chain.first(),
                        chain.last(),
                        chain.head().map(Head::hash),
                        chain.problems());
            }
        }

        private static ReportDocument of(EvidenceReport report) {
            return new ReportDocument(
                    report.verdict().name().toLowerCase(Locale.ROOT),
                    report.repositories().stream().map(RepositoryId::toString).toList(),
                    report.chains().stream().map(ChainDocument::of).toList(),
                    report.missing().stream()
                            .map(key -> new SshPublicKey(key.hex()).toString())
                            .toList(),
                    report.lostHeads(),
                    report.unreadable().stream().map(Unreadable::explain).toList());
        }
    }

    private static void print(ReportDocument report, PrintWriter out) {
        report.repositories().forEach(one -> out.println("repository " + one));
        if (report.repositories().size() > 1) {
            out.println("BROKEN: the entries are of %d repositories"
                    .formatted(report.repositories().size()));
        }
        for (var chain : report.chains()) {
            out.println("writer    %s, %s".formatted(chain.writer(), chain.trusted() ? "trusted" : "NOT TRUSTED"));
            out.println("entries   %d%s"
                    .formatted(
                            chain.entries(),
                            chain.first()
                                    .map(first -> ", from %s to %s"
                                            .formatted(
                                                    Times.of(first),
                                                    Times.of(chain.last().orElseThrow())))
                                    .orElse("")));
            chain.head().ifPresent(head -> out.println("head      " + head));
            if (!chain.holdsKnownHead()) {
                out.println(
                        "UNPROVEN: no head of it is known from elsewhere, so entries behind these may have been cut off");
            }
            chain.problems().forEach(problem -> out.println("BROKEN: " + problem));
            out.println();
        }
        report.keysWithoutChain().forEach(key -> out.println("BROKEN: there is no chain of the trusted key " + key));
        report.lostHeads().forEach(head -> out.println("BROKEN: no trusted chain holds the entry " + head));
        report.unreadable().forEach(object -> out.println("BROKEN: " + object));
        if (report.chains().isEmpty()) {
            out.println("there is no evidence");
        }
        out.println("verdict   " + report.verdict());
    }
}
