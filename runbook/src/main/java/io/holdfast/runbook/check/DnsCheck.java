package io.holdfast.runbook.check;

import io.holdfast.plan.action.ActionDescriptor;
import io.holdfast.plan.action.CheckActions;
import io.holdfast.problem.Finding;
import io.holdfast.runbook.action.Aside;
import io.holdfast.runbook.action.Call;
import io.holdfast.runbook.action.CarefulAction;
import io.holdfast.runbook.action.Outcome;
import io.holdfast.runbook.action.Pause;
import io.holdfast.runbook.action.UnusableInputException;
import io.holdfast.runbook.check.NameServer.Answer;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** {@code dns.check}. */
public final class DnsCheck extends CarefulAction {

    private static final Pattern NAME = Pattern.compile(
            "(?=.{1,253}\\.?$)[A-Za-z0-9_]([A-Za-z0-9_-]{0,62})(\\.[A-Za-z0-9_]([A-Za-z0-9_-]{0,62}))*\\.?");
    private static final Set<String> TYPES = Set.of("A", "AAAA", "CNAME", "MX", "NS", "TXT", "SRV", "PTR");

    private final Pause pause;

    public DnsCheck(Pause pause) {
        this.pause = pause;
    }

    @Override
    public ActionDescriptor descriptor() {
        return CheckActions.DNS_CHECK;
    }

    @Override
    protected void look(Call call, List<Finding> findings) throws InterruptedException {
        findings.add(
                switch (Question.of(call).look()) {
                    case Sight.Green(var outputs) ->
                        Finding.passed(
                                "dns-check.now",
                                "'%s' is %s".formatted(call.inputs().text("name"), outputs.get("values")));
                    case Sight.Red(var reason, var hint) -> Finding.notice("dns-check.now", reason, hint);
                });
    }

    @Override
    public String intention(Call call) {
        var expected = call.inputs().list("expect");
        return "ask for the %s records of '%s' until %s"
                .formatted(
                        call.inputs().textIfGiven("type").orElse("A"),
                        call.inputs().text("name"),
                        expected.isEmpty() ? "there is one" : "they are " + String.join(", ", expected));
    }

    @Override
    protected Outcome act(Call call) throws InterruptedException {
        return Watch.of(call.inputs(), pause).until(call, Question.of(call)::look);
    }

    /** @param expected as {@link NameServer} gives them; empty: any */
    private record Question(NameServer server, String name, String type, List<String> expected) {

        static Question of(Call call) {
            var inputs = call.inputs();
            var name = inputs.text("name");
            if (!NAME.matcher(name).matches()) {
                throw new UnusableInputException(
                        "name", "is not a name in the DNS: '%s'".formatted(name), "write it as in app.example.org");
            }
            var type = inputs.textIfGiven("type").orElse("A");
            if (!TYPES.contains(type)) {
                throw new UnusableInputException(
                        "type",
                        "is no record type known here: '%s'".formatted(type),
                        "use one of "
                                + String.join(", ", TYPES.stream().sorted().toList()));
            }
            return new Question(
                    NameServer.of(inputs.textIfGiven("server")),
                    name,
                    type,
                    inputs.list("expect").stream()
                            .map(value -> NameServer.comparable(type, value))
                            .sorted()
                            .toList());
        }

        Sight look() throws InterruptedException {
            return switch (ask()) {
                case Answer.Silent(var reason) ->
                    new Sight.Red("%s cannot be asked: %s".formatted(server, reason), "see whether it runs");
                case Answer.NoName() ->
                    new Sight.Red("%s knows no '%s'".formatted(server, name), "see whether the zone was changed");
                case Answer.Records(var values)
                when values.isEmpty() ->
                    new Sight.Red("'%s' has no %s record".formatted(name, type), "see whether the zone was changed");
                case Answer.Records(var values)
                when !expected.isEmpty() && !expected.equals(values) ->
                    new Sight.Red(
                            "'%s' is %s, not %s"
                                    .formatted(name, String.join(", ", values), String.join(", ", expected)),
                            "see whether the zone was changed, and how long old answers may be kept");
                case Answer.Records(var values) -> new Sight.Green(Map.of("values", String.join(",", values)));
            };
        }

        private Answer ask() throws InterruptedException {
            return Aside.run(() -> server.ask(name, type));
        }
    }
}
