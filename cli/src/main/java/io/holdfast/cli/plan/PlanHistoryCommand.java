package io.holdfast.cli.plan;

import io.holdfast.cli.OutputOption;
import io.holdfast.cli.Table;
import io.holdfast.cli.Table.Column;
import io.holdfast.cli.TakesSettings;
import io.holdfast.cli.Times;
import io.holdfast.cli.Workspace;
import io.holdfast.cli.configuration.Setting;
import io.holdfast.cli.configuration.Settings;
import io.holdfast.plan.Contact;
import io.holdfast.plan.Plan;
import io.holdfast.plan.SshPublicKey;
import io.holdfast.runbook.publication.PublicationException;
import io.holdfast.runbook.publication.Publications;
import io.holdfast.runbook.publication.PublishedPlan;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code holdfast plan history}. */
@Command(
        name = "history",
        description =
                "List the plans that were published into the repository, newest first. Whether they are to be trusted is told by"
                        + " 'holdfast plan fetch --trust'.")
final class PlanHistoryCommand implements Callable<Integer>, TakesSettings {

    @Spec
    private CommandSpec spec;

    @Mixin
    private OutputOption output;

    @Override
    public List<Setting<?>> settings() {
        return Settings.OF_THE_REPOSITORY;
    }

    /**
     * One of them.
     *
     * @param hash of the plan; that of one which this version of Holdfast cannot read is what its signatures say
     * @param signedBy contacts of the plan itself, or fingerprints of keys that it does not know
     */
    record Entry(int number, Instant at, String by, String version, String hash, List<String> signedBy) {

        private static Entry of(PublishedPlan published) {
            try {
                return of(published, published.plan());
            } catch (PublicationException _) {
                return new Entry(
                        published.number(),
                        published.at(),
                        published.by(),
                        "unreadable",
                        published.hash(),
                        published.signers().stream()
                                .map(SshPublicKey::fingerprint)
                                .sorted()
                                .toList());
            }
        }

        private static Entry of(PublishedPlan published, Plan plan) {
            return new Entry(
                    published.number(),
                    published.at(),
                    published.by(),
                    plan.document().version(),
                    plan.hash().hex(),
                    published.signers().stream()
                            .map(key -> name(plan, key))
                            .sorted()
                            .toList());
        }

        private static String name(Plan plan, SshPublicKey key) {
            return plan.contacts().stream()
                    .filter(contact -> contact.keys().contains(key))
                    .map(Contact::id)
                    .findFirst()
                    .orElseGet(key::fingerprint);
        }
    }

    @Override
    public Integer call() {
        try (var repository = Workspace.of(spec).openRepositoryForReading()) {
            var entries = new Publications(repository).all().map(Entry::of).toList();
            output.print(() -> table(entries), () -> entries);
            return 0;
        }
    }

    private static Table table(List<Entry> entries) {
        var table = Table.of(
                Column.right("NUMBER"),
                Column.left("AT"),
                Column.left("BY"),
                Column.left("VERSION"),
                Column.left("HASH"),
                Column.left("SIGNED BY"));
        for (var entry : entries) {
            table = table.withRow(
                    entry.number(),
                    Times.of(entry.at()),
                    entry.by(),
                    entry.version(),
                    entry.hash().substring(0, Math.min(12, entry.hash().length())),
                    String.join(", ", entry.signedBy()));
        }
        return table;
    }
}
