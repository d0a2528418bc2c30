package io.holdfast.runbook.builtin;

import io.holdfast.runbook.action.Action;
import io.holdfast.runbook.action.Actions;
import io.holdfast.runbook.action.Pause;
import io.holdfast.runbook.check.DnsCheck;
import io.holdfast.runbook.check.HttpCheck;
import io.holdfast.runbook.check.Wait;
import io.holdfast.runbook.command.CheckCommand;
import io.holdfast.runbook.command.RunCommand;
import io.holdfast.runbook.notification.Mail;
import io.holdfast.runbook.notification.PagerDutyAlert;
import io.holdfast.runbook.notification.SignedWebhook;
import io.holdfast.runbook.notification.SlackMessage;
import java.util.List;
import java.util.Map;

/**
 * Checks, commands and notifications.
 *
 * @param environment the variables of this process, of which a program sees what a plan lets it see
 */
public record BuiltInActions(Pause pause, Map<String, String> environment) implements Actions {

    public BuiltInActions {
        environment = Map.copyOf(environment);
    }

    @Override
    public List<Action> actions() {
        return List.of(
                new HttpCheck(pause),
                new DnsCheck(pause),
                new Wait(pause),
                new RunCommand(pause, environment),
                new CheckCommand(pause, environment),
                new SlackMessage(),
                new PagerDutyAlert(),
                new Mail(),
                new SignedWebhook());
    }
}
