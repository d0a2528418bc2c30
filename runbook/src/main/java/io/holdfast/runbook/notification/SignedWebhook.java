package io.holdfast.runbook.notification;

import io.holdfast.plan.action.ActionDescriptor;
import io.holdfast.plan.action.NotifyActions;
import io.holdfast.problem.Finding;
import io.holdfast.runbook.action.Call;
import io.holdfast.runbook.action.Outcome;
import io.holdfast.runbook.action.Outputs;
import io.holdfast.runbook.action.UnusableInputException;
import io.holdfast.runbook.http.Reply;
import io.holdfast.runbook.http.Trust;
import io.holdfast.runbook.http.WebAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** {@code notify.webhook}. */
public final class SignedWebhook extends Notification {

    private static final int SHORTEST_KEY = 32;

    @Override
    public ActionDescriptor descriptor() {
        return NotifyActions.WEBHOOK;
    }

    @Override
    protected void look(Call call, List<Finding> findings) {
        key(call);
        findings.add(Finding.unknown(
                "notify-webhook.receiver",
                "whether '%s' takes the message shows only when one is sent".formatted(address(call)),
                "send one in a drill"));
    }

    @Override
    public String intention(Call call) {
        return "post '%s' to '%s', signed"
                .formatted(call.inputs().text("event"), call.inputs().text("url"));
    }

    @Override
    protected Outcome act(Call call) throws InterruptedException {
        var address = address(call);
        var body = Post.json(document(call));
        var timestamp = Long.toString(call.clock().instant().getEpochSecond());
        var headers = Map.of(
                "Idempotency-Key",
                Texts.digest(call.id()),
                "Holdfast-Timestamp",
                timestamp,
                "Holdfast-Signature",
                "v1=" + signature(key(call), timestamp + "." + body));
        var reply = new Post(address, body, headers).send(Trust.of(call.inputs().textIfGiven("ca-file")));
        var outputs = reply instanceof Reply.Answered answer
                ? Outputs.of("status", Integer.toString(answer.status()))
                : Outputs.NONE;
        return new Delivery("'%s'".formatted(address), repeatable(call)).of(reply, outputs);
    }

    private static WebAddress address(Call call) {
        return WebAddress.of("url", call.inputs().text("url")).confidential("url");
    }

    private static byte[] key(Call call) {
        var key = call.inputs().secret("key").reveal();
        if (key.length() < SHORTEST_KEY) {
            throw new UnusableInputException(
                    "key", "is too short to protect anything", "make one: openssl rand -hex 32");
        }
        return key.getBytes(StandardCharsets.UTF_8);
    }

    private static Map<String, Object> document(Call call) {
        var document = new LinkedHashMap<String, Object>();
        document.put("id", Texts.digest(call.id()));
        document.put("event", call.inputs().text("event"));
        document.put("sent", call.clock().instant().toString());
        document.put("data", call.inputs().map("data"));
        return document;
    }

    static String signature(byte[] key, String signed) {
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return HexFormat.of().formatHex(mac.doFinal(signed.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has HmacSHA256", e);
        }
    }
}
