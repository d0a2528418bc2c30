package io.holdfast.runbook.notification;

import io.holdfast.plan.action.ActionDescriptor;
import io.holdfast.plan.action.NotifyActions;
import io.holdfast.problem.Finding;
import io.holdfast.runbook.action.Call;
import io.holdfast.runbook.action.Outcome;
import io.holdfast.runbook.action.Outputs;
import io.holdfast.runbook.http.Trust;
import io.holdfast.runbook.http.WebAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code notify.slack}. Source of the form: Slack's reference of incoming webhooks and of Block Kit. */
public final class SlackMessage extends Notification {

    private static final int LONGEST_TITLE = 150;
    private static final int LONGEST_TEXT = 3000;

    @Override
    public ActionDescriptor descriptor() {
        return NotifyActions.SLACK;
    }

    /** A webhook can only be tried by posting to it. */
    @Override
    protected void look(Call call, List<Finding> findings) {
        findings.add(Finding.unknown(
                "notify-slack.webhook",
                "whether the Slack webhook at '%s' is valid shows only when something is posted"
                        .formatted(address(call)),
                "post a message in a drill"));
    }

    @Override
    public String intention(Call call) {
        return "post to Slack: " + call.inputs().text("text");
    }

    @Override
    protected Outcome act(Call call) throws InterruptedException {
        var address = address(call);
        var reply = new Post(address, Post.json(document(call)), Map.of()).send(Trust.of(Optional.empty()));
        return new Delivery("the Slack webhook at '%s'".formatted(address), repeatable(call)).of(reply, Outputs.NONE);
    }

    private static WebAddress address(Call call) {
        return WebAddress.of("webhook", call.inputs().secret("webhook").reveal())
                .confidential("webhook");
    }

    /** In plain_text nothing is markup: no mention, no link, no emphasis. {@code text} is for notifications of devices. */
    private static Map<String, Object> document(Call call) {
        var text = call.inputs().text("text");
        var title = call.inputs().textIfGiven("title");
        var blocks = new ArrayList<Map<String, Object>>();
        title.ifPresent(line -> blocks.add(block("header", plain(Texts.cut(line, LONGEST_TITLE)))));
        blocks.add(block("section", plain(Texts.cut(text, LONGEST_TEXT))));
        blocks.add(Map.of("type", "context", "elements", List.of(plain(Texts.cut(call.id(), LONGEST_TITLE)))));
        var document = new LinkedHashMap<String, Object>();
        document.put("text", escaped(Texts.cut(title.map(line -> line + ": ").orElse("") + text, LONGEST_TEXT)));
        document.put("blocks", blocks);
        return document;
    }

    private static Map<String, Object> block(String type, Map<String, Object> text) {
        return Map.of("type", type, "text", text);
    }

    private static Map<String, Object> plain(String text) {
        return Map.of("type", "plain_text", "text", text.isEmpty() ? " " : text, "emoji", false);
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
