package io.holdfast.runbook.notification;

import io.holdfast.plan.action.ActionDescriptor;
import io.holdfast.plan.action.NotifyActions;
import io.holdfast.problem.Finding;
import io.holdfast.runbook.action.Call;
import io.holdfast.runbook.action.CarefulAction;
import io.holdfast.runbook.action.Inputs;
import io.holdfast.runbook.action.Outcome;
import io.holdfast.runbook.action.Outputs;
import io.holdfast.runbook.action.UnusableInputException;
import io.holdfast.runbook.http.Trust;
import io.holdfast.runbook.http.WebAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** {@code notify.pagerduty}. Source of the form: PagerDuty's reference of the Events API v2. */
public final class PagerDutyAlert extends CarefulAction {

    private static final String URL = "https://events.pagerduty.com/v2/enqueue";
    private static final int LONGEST_SUMMARY = 1024;
    private static final int LONGEST_KEY = 255;

    @Override
    public ActionDescriptor descriptor() {
        return NotifyActions.PAGERDUTY;
    }

    /** A routing key can only be tried by sending an event. */
    @Override
    protected void look(Call call, List<Finding> findings) {
        document(call);
        findings.add(Finding.unknown(
                "notify-pagerduty.routing-key",
                "whether the routing key at '%s' is valid shows only when an alert is sent".formatted(address(call)),
                "trigger and resolve an alert in a drill"));
    }

    @Override
    public String intention(Call call) {
        return "%s an alert at PagerDuty: %s"
                .formatted(
                        call.inputs().textIfGiven("event").orElse("trigger"),
                        call.inputs().text("summary"));
    }

    @Override
    protected Outcome act(Call call) throws InterruptedException {
        var address = address(call);
        var post = new Post(address, Post.json(document(call)), Map.of());
        var reply = post.send(Trust.of(Optional.empty()));
        return new Delivery("PagerDuty at '%s'".formatted(address), true)
                .of(reply, Outputs.of("dedup-key", deduplicationKey(call)));
    }

    private static WebAddress address(Call call) {
        return WebAddress.of("url", call.inputs().textIfGiven("url").orElse(URL))
                .confidential("url");
    }

    private static Map<String, Object> document(Call call) {
        var inputs = call.inputs();
        var document = new LinkedHashMap<String, Object>();
        document.put("routing_key", inputs.secret("routing-key").reveal());
        document.put("event_action", event(inputs));
        document.put("dedup_key", deduplicationKey(call));
        document.put("client", "holdfast");
        document.put("payload", payload(call));
        return document;
    }

    private static Map<String, Object> payload(Call call) {
        var inputs = call.inputs();
        var payload = new LinkedHashMap<String, Object>();
        payload.put("summary", Texts.cut(inputs.text("summary"), LONGEST_SUMMARY));
        payload.put("source", inputs.textIfGiven("source").orElse("holdfast"));
        payload.put("severity", oneOf(inputs, "severity", "critical", Set.of("critical", "error", "warning", "info")));
        payload.put("timestamp", call.clock().instant().toString());
        inputs.textIfGiven("component").ifPresent(component -> payload.put("component", component));
        payload.put("custom_details", inputs.map("details"));
        return payload;
    }

    private static String event(Inputs inputs) {
        return oneOf(inputs, "event", "trigger", Set.of("trigger", "acknowledge", "resolve"));
    }

    private static String oneOf(Inputs inputs, String name, String otherwise, Set<String> words) {
        var given = inputs.textIfGiven(name).orElse(otherwise);
        if (!words.contains(given)) {
            throw new UnusableInputException(
                    name,
                    "is '%s'".formatted(given),
                    "use one of " + String.join(", ", words.stream().sorted().toList()));
        }
        return given;
    }

    private static String deduplicationKey(Call call) {
        var given = call.inputs().textIfGiven("dedup-key");
        if (given.isPresent() && (given.get().isEmpty() || given.get().length() > LONGEST_KEY)) {
            throw new UnusableInputException("dedup-key", "is empty or too long", "use at most 255 characters");
        }
        return given.orElseGet(() -> call.id().length() <= LONGEST_KEY ? call.id() : Texts.digest(call.id()));
    }
}
