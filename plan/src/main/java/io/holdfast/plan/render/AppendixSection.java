package io.holdfast.plan.render;

import io.holdfast.plan.Contact;
import io.holdfast.plan.Environment;
import io.holdfast.plan.Plan;
import io.holdfast.plan.Recurring;
import io.holdfast.plan.SshPublicKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Who is who, and what is where. */
final class AppendixSection {

    private AppendixSection() {}

    static List<Block> of(Plan plan) {
        var blocks = new ArrayList<Block>();
        blocks.add(new Block.Heading(2, "Appendix"));
        contacts(plan, blocks);
        if (!plan.scripts().isEmpty()) {
            blocks.add(new Block.Heading(3, "Recovery Scripts Location"));
            var width = plan.scripts().stream()
                    .mapToInt(script -> script.path().length())
                    .max()
                    .orElse(1);
            blocks.add(new Block.Code(
                    "",
                    plan.scripts().stream()
                            .map(script -> script.path()
                                    + " ".repeat(width - script.path().length())
                                    + " # "
                                    + script.purpose())
                            .collect(Collectors.joining("\n"))));
        }
        surroundings(plan, blocks);
        return blocks;
    }

    private static void contacts(Plan plan, List<Block> blocks) {
        blocks.add(new Block.Heading(3, "Key Contacts"));
        blocks.add(new Block.Table(
                List.of("Role", "Contact", "Backup", "Reached by", "Signs with"),
                plan.contacts().stream().map(AppendixSection::row).toList()));
        if (!plan.externalContacts().isEmpty()) {
            blocks.add(new Block.Heading(3, "External Contacts"));
            blocks.add(new Block.Table(
                    List.of("Service", "Support", "Account ID"),
                    plan.externalContacts().stream()
                            .map(contact -> List.of(contact.service(), contact.support(), contact.accountId()))
                            .toList()));
        }
    }

    private static List<String> row(Contact contact) {
        return List.of(
                contact.role(),
                contact.name(),
                contact.backup().orElse("-"),
                contact.channels().isEmpty()
                        ? "-"
                        : contact.channels().stream()
                                .map(channel -> "%s %s"
                                        .formatted(channel.kind().name().toLowerCase(Locale.ROOT), channel.address()))
                                .collect(Collectors.joining(", ")),
                contact.keys().isEmpty()
                        ? "-"
                        : contact.keys().stream().map(SshPublicKey::fingerprint).collect(Collectors.joining(", ")));
    }

    private static void surroundings(Plan plan, List<Block> blocks) {
        if (!plan.recurring().isEmpty()) {
            blocks.add(new Block.Heading(3, "Recurring Work"));
            blocks.add(new Block.Table(
                    List.of("Work", "Environment", "When", "What", "When missed"),
                    plan.recurring().stream().map(AppendixSection::row).toList()));
        }
        if (!plan.environments().isEmpty()) {
            blocks.add(new Block.Heading(3, "Environments"));
            for (var environment : plan.environments()) {
                blocks.add(new Block.Heading(4, "%s (%s)".formatted(environment.name(), environment.title())));
                blocks.add(new Block.Bullets(facts(environment)));
            }
        }
    }

    private static List<String> row(Recurring recurring) {
        return List.of(
                recurring.title(),
                recurring.environment(),
                Words.of(recurring.timing()),
                switch (recurring.task()) {
                    case Recurring.Task.Run run -> "procedure `%s`".formatted(run.procedure());
                    case Recurring.Task.CheckPlan _ -> "hold the plan against the world";
                    case Recurring.Task.WatchCapture _ -> "look whether capture keeps up";
                },
                switch (recurring.missed()) {
                    case CATCH_UP -> "once, as soon as possible";
                    case SKIP -> "left out";
                });
    }

    private static List<Block.Fact> facts(Environment environment) {
        var facts = new ArrayList<Block.Fact>();
        environment.region().ifPresent(region -> facts.add(new Block.Fact("Region", region)));
        environment.runs().ifPresent(runs -> facts.add(new Block.Fact("Runs", String.join(", ", runs))));
        environment
                .variants()
                .forEach((procedure, variant) ->
                        facts.add(new Block.Fact("Instead of " + procedure, "`%s`".formatted(variant))));
        environment.values().forEach((name, value) -> facts.add(new Block.Fact(name, "`%s`".formatted(value))));
        return facts;
    }
}
