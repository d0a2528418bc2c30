package io.holdfast.runbook.notification;

import io.holdfast.runbook.http.Exchange;
import io.holdfast.runbook.http.Reply;
import io.holdfast.runbook.http.WebAddress;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import javax.net.ssl.SSLContext;
import tools.jackson.databind.json.JsonMapper;

/** A JSON document for a URL. */
record Post(WebAddress address, String body, Map<String, String> headers) {

    private static final Duration TIMEOUT = Duration.ofSeconds(20);
    private static final JsonMapper JSON = JsonMapper.builder().build();

    static String json(Object document) {
        return JSON.writeValueAsString(document);
    }

    Reply send(SSLContext trust) throws InterruptedException {
        var request = HttpRequest.newBuilder(address.uri()).header("Content-Type", "application/json");
        headers.forEach(request::header);
        request.POST(HttpRequest.BodyPublishers.ofString(body, StandardCharsets.UTF_8));
        try (var exchange = new Exchange(trust, TIMEOUT)) {
            return exchange.send(request.build());
        }
    }
}
