package io.holdfast.cli.evidence;

import io.holdfast.cli.OutputOption;
import io.holdfast.cli.Table;
import io.holdfast.cli.Table.Column;
import io.holdfast.cli.TakesSettings;
import io.holdfast.cli.Times;
import io.holdfast.cli.Workspace;
import io.holdfast.cli.configuration.Setting;
import io.holdfast.cli.configuration.Settings;
import io.holdfast.repository.evidence.EvidenceArchive;
import io.holdfast.repository.evidence.EvidenceEntry;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

/** {@code holdfast evidence list}. */
@Command(
        name = "list",
        description = {
            "List what the repository holds as evidence, oldest first. Nothing is verified: that is 'holdfast evidence verify'.",
            "With -o json each entry has all that was recorded."
        })
final class EvidenceListCommand implements Callable<Integer>, TakesSettings {

    @Spec
    private CommandSpec spec;

    @Mixin
    private OutputOption output;

    @Override
    public List<Setting<?>> settings() {
        return Settings.OF_THE_REPOSITORY;
    }

    /**
     * An entry, unverified.
     *
     * @param content missing where only a table is printed: ten thousand of them are not kept for nothing
     */
    record Entry(
            Instant at,
            String writer,
            int number,
            String kind,
            String subject,
            String result,
            String hash,
            JsonNode content) {

        private static Optional<Entry> of(EvidenceArchive.Found found, boolean whole) {
            return found.entry()
                    .map(entry -> new Entry(
                            entry.at(),
                            entry.key().writer(),
                            entry.number(),
                            entry.kind().name().toLowerCase(Locale.ROOT),
                            entry.subject(),
                            result(entry),
                            found.signed().hash(),
                            whole ? entry.content() : MissingNode.getInstance()));
        }

        private static String result(EvidenceEntry entry) {
            var content = entry.content();
            return switch (entry.kind()) {
                case RUN ->
                    "%s: %s"
                            .formatted(
                                    content.path("run").path("procedure").asString(""),
                                    words(content.path("run").path("state").asString("")));
                case PROOF -> words(content.path("verdict").asString(""));
                case PLAN -> "published by " + content.path("by").asString("");
            };
        }

        private static String words(String constant) {
            return constant.toLowerCase(Locale.ROOT).replace('_', ' ');
        }
    }

    @Override
    public Integer call() {
        try (var repository = Workspace.of(spec).openRepositoryForReading()) {
            var archive = EvidenceArchive.of(repository);
            output.print(() -> table(entries(archive, false)), () -> entries(archive, true));
            return 0;
        }
    }

    /** What does not authenticate is told by whoever opened the repository. */
    private static List<Entry> entries(EvidenceArchive archive, boolean whole) {
        return archive.read(found -> Entry.of(found, whole), _ -> {}).stream()
                .flatMap(Optional::stream)
                .sorted(Comparator.comparing(Entry::at)
                        .thenComparing(Entry::writer)
                        .thenComparingInt(Entry::number))
                .toList();
    }

    private static Table table(List<Entry> entries) {
        var table = Table.of(
                Column.left("AT"),
                Column.left("WRITER"),
                Column.right("NUMBER"),
                Column.left("KIND"),
                Column.left("SUBJECT"),
                Column.left("RESULT"));
        for (var entry : entries) {
            table = table.withRow(
                    Times.of(entry.at()),
                    entry.writer(),
                    entry.number(),
                    entry.kind(),
                    entry.subject(),
                    entry.result());
        }
        return table;
    }
}
