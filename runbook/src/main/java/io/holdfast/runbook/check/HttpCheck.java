package io.holdfast.runbook.check;

import io.holdfast.plan.action.ActionDescriptor;
import io.holdfast.plan.action.CheckActions;
import io.holdfast.problem.Finding;
import io.holdfast.runbook.action.Call;
import io.holdfast.runbook.action.CarefulAction;
import io.holdfast.runbook.action.Outcome;
import io.holdfast.runbook.action.Pause;
import io.holdfast.runbook.action.UnusableInputException;
import io.holdfast.runbook.http.Exchange;
import io.holdfast.runbook.http.Reply;
import io.holdfast.runbook.http.Trust;
import io.holdfast.runbook.http.WebAddress;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.List;

/** {@code http.check}. */
public final class HttpCheck extends CarefulAction {

    private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration LONGEST = Duration.ofHours(1);

    private final Pause pause;

    public HttpCheck(Pause pause) {
        this.pause = pause;
    }

    @Override
    public ActionDescriptor descriptor() {
        return CheckActions.HTTP_CHECK;
    }

    /** Asks once: what is red now may be green when the step comes, but what cannot be asked at all may not. */
    @Override
    protected void look(Call call, List<Finding> findings) throws InterruptedException {
        try (var exchange = exchange(call)) {
            findings.add(
                    switch (once(call, exchange)) {
                        case Sight.Green _ ->
                            Finding.passed("http-check.now", "'%s' answers as expected".formatted(url(call)));
                        case Sight.Red(var reason, var hint) -> Finding.notice("http-check.now", reason, hint);
                    });
        }
    }

    @Override
    public String intention(Call call) {
        return "ask '%s' until it answers with status %d"
                .formatted(call.inputs().text("url"), call.inputs().integer("status", 200));
    }

    @Override
    protected Outcome act(Call call) throws InterruptedException {
        var watch = Watch.of(call.inputs(), pause);
        try (var exchange = exchange(call)) {
            return watch.until(call, () -> once(call, exchange));
        }
    }

    private static Exchange exchange(Call call) {
        var timeout = call.inputs().duration("request-timeout", REQUEST_TIMEOUT);
        if (!timeout.isPositive() || timeout.compareTo(LONGEST) > 0) {
            throw new UnusableInputException("request-timeout", "is %s".formatted(timeout), "use one up to an hour");
        }
        return new Exchange(Trust.of(call.inputs().textIfGiven("ca-file")), timeout);
    }

    private static Sight once(Call call, Exchange exchange) throws InterruptedException {
        var expected = HttpExpectation.of(call.inputs());
        var url = url(call);
        var hint = "see whether the service runs and listens there";
        return switch (exchange.send(request(call))) {
            case Reply.Answered answer -> expected.hold(url, answer);
            case Reply.NotSent(var reason) -> new Sight.Red("'%s' cannot be reached: %s".formatted(url, reason), hint);
            case Reply.Lost(var reason) -> new Sight.Red("'%s' does not answer: %s".formatted(url, reason), hint);
        };
    }

    private static String url(Call call) {
        return call.inputs().text("url");
    }

    private static HttpRequest request(Call call) {
        var request = HttpRequest.newBuilder(WebAddress.of("url", url(call)).uri());
        call.inputs().map("headers").forEach((name, value) -> header(request, "headers", name, value));
        call.inputs()
                .secrets("secret-headers")
                .forEach((name, value) -> header(request, "secret-headers", name, value.reveal()));
        return request.GET().build();
    }

    private static void header(HttpRequest.Builder request, String input, String name, String value) {
        try {
            request.setHeader(name, value);
        } catch (IllegalArgumentException _) {
            throw new UnusableInputException(
                    input,
                    "holds a header '%s' that cannot be sent".formatted(name),
                    "use a name and a value without line ends, other than Host, Connection and Content-Length");
        }
    }
}
