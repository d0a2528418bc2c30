package io.holdfast.plan.render;

import io.holdfast.plan.BackupStrategy;
import io.holdfast.plan.BackupStrategy.Commands;
import io.holdfast.plan.BackupStrategy.DatabaseBackup;
import io.holdfast.plan.BackupStrategy.StateBackup;
import io.holdfast.plan.Plan;
import io.holdfast.plan.Safekeeping;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What is kept, and where. */
final class BackupSection {

    private BackupSection() {}

    static List<Block> of(Plan plan, Evidence evidence) {
        var blocks = new ArrayList<Block>();
        var backups = plan.backups();
        blocks.add(new Block.Heading(2, "Backup Strategy"));
        if (!backups.database().isEmpty() || backups.wal().isPresent()) {
            blocks.add(new Block.Heading(3, "Database Backups"));
            blocks.add(new Block.Fact(
                    "Last proof",
                    evidence.proof()
                            .map(at -> "a backup was restored and found intact " + Words.at(at))
                            .orElse(Words.NEVER)));
            backups.provenEvery()
                    .ifPresent(every -> blocks.add(new Block.Fact("Proof due", "at least every " + Words.of(every))));
        }
        backups.database().forEach(backup -> database(backup, blocks));
        backups.wal().ifPresent(wal -> wal(wal, evidence, blocks));
        if (!backups.state().isEmpty()) {
            blocks.add(new Block.Heading(3, "Application State"));
            backups.state().forEach(state -> state(state, blocks));
        }
        if (!backups.configuration().isEmpty()) {
            blocks.add(new Block.Heading(3, "Configuration Backups"));
            blocks.add(new Block.Table(
                    List.of("Item", "Location", "Frequency"),
                    backups.configuration().stream()
                            .map(row -> List.of(row.item(), row.location(), row.frequency()))
                            .toList()));
        }
        safekeeping(plan.safekeeping(), blocks);
        return blocks;
    }

    private static void database(DatabaseBackup backup, List<Block> blocks) {
        blocks.add(new Block.Heading(4, backup.title()));
        var facts = new ArrayList<Block.Fact>();
        facts.add(new Block.Fact("Schedule", Words.of(backup.timing())));
        facts.add(new Block.Fact("Retention", Words.of(backup.retention())));
        facts.add(new Block.Fact("Location", backup.location()));
        if (!backup.encryption().isEmpty()) {
            facts.add(new Block.Fact("Encryption", String.join(", ", backup.encryption())));
        }
        facts.add(new Block.Fact(
                "Method",
                switch (backup.method()) {
                    case DUMP -> "dump: SQL of one moment";
                    case PHYSICAL -> "physical: the cluster's files, from which WAL leads on";
                }));
        blocks.add(new Block.Bullets(facts));
        commands(backup.byHand(), blocks);
    }

    private static void wal(BackupStrategy.WalArchive wal, Evidence evidence, List<Block> blocks) {
        blocks.add(new Block.Heading(4, wal.title()));
        blocks.add(new Block.Bullets(List.of(
                new Block.Fact("WAL Archiving", "Enabled, %s intervals".formatted(Words.asAdjective(wal.interval()))),
                new Block.Fact("Retention", "%s of WAL files".formatted(Words.of(wal.retention()))),
                new Block.Fact("Recovery granularity", wal.granularity()),
                new Block.Fact("Evidence", Words.measured(evidence.dataLoss())))));
    }

    private static void state(StateBackup state, List<Block> blocks) {
        blocks.add(new Block.Heading(4, state.title()));
        var said = Stream.concat(
                        state.timing().map(Words::of).stream(),
                        state.retention().map(retention -> Words.asAdjective(retention) + " retention").stream())
                .toList();
        var facts = new ArrayList<Block.Fact>();
        facts.add(new Block.Fact(state.what(), said.isEmpty() ? "when somebody does it" : String.join(", ", said)));
        state.copies().ifPresent(copies -> facts.add(new Block.Fact("Cross-region replication", copies)));
        blocks.add(new Block.Bullets(facts));
        commands(state.byHand(), blocks);
    }

    private static void commands(List<Commands> commands, List<Block> blocks) {
        for (var command : commands) {
            blocks.add(new Block.Code("bash", "# %s%n%s".formatted(command.title(), command.text())));
        }
    }

    private static void safekeeping(Safekeeping safe, List<Block> blocks) {
        var rows = Stream.of(
                        rows("Backups", safe.repository()),
                        rows("Keys that open them", safe.keys()),
                        rows("Record of runs", safe.state().stream().toList()))
                .flatMap(List::stream)
                .toList();
        if (!rows.isEmpty()) {
            blocks.add(new Block.Heading(3, "What Recovery Itself Needs"));
            blocks.add(new Block.Table(List.of("What", "Location", "Region"), rows));
        }
    }

    private static List<List<String>> rows(String what, List<Safekeeping.Keeping> places) {
        return places.stream()
                .map(place -> List.of(what, place.location(), place.region().orElse("not said")))
                .toList();
    }
}
