package io.holdfast.postgres.action;

import io.holdfast.plan.action.ActionDescriptor;
import io.holdfast.plan.action.PostgresActions;
import io.holdfast.postgres.cluster.QueryAnswer;
import io.holdfast.problem.Finding;
import io.holdfast.problem.HoldfastException;
import io.holdfast.runbook.action.Call;
import io.holdfast.runbook.action.CarefulAction;
import io.holdfast.runbook.action.Outcome;
import io.holdfast.runbook.action.Pause;
import io.holdfast.runbook.check.Sight;
import io.holdfast.runbook.check.Watch;
import java.util.List;
import java.util.Map;

/** {@code postgres.query}. */
public final class Query extends CarefulAction {

    private static final int MOST_ROWS = 10_000;
    private static final String HINT = "look at the data before you go on";

    private final Pause pause;

    public Query(Pause pause) {
        this.pause = pause;
    }

    @Override
    public ActionDescriptor descriptor() {
        return PostgresActions.QUERY;
    }

    /** Asks, without holding it against what is expected: that may come about by the steps before. */
    @Override
    protected void look(Call call, List<Finding> findings) throws InterruptedException {
        Expectation.of(call);
        var answer = answer(call);
        findings.add(Finding.passed(
                "query.answer",
                "the query answers, now with '%s'".formatted(answer.value().orElse("NULL"))));
    }

    @Override
    public String intention(Call call) {
        return "ask database '%s' at %s: %s"
                .formatted(
                        call.inputs().text("database"),
                        call.inputs().text("server"),
                        call.inputs().text("sql"));
    }

    @Override
    protected Outcome act(Call call) throws InterruptedException {
        var expectation = Expectation.of(call);
        Server.of(call.inputs());
        return Watch.of(call.inputs(), pause).until(call, () -> once(call, expectation));
    }

    private static Sight once(Call call, Expectation expectation) throws InterruptedException {
        QueryAnswer answer;
        try {
            answer = answer(call);
        } catch (HoldfastException e) {
            if (!e.retryable()) {
                throw e;
            }
            return new Sight.Red(String.valueOf(e.getMessage()), e.hint());
        }
        return expectation
                .contradiction(answer, call)
                .<Sight>map(reason -> new Sight.Red(reason, HINT))
                .orElseGet(() -> new Sight.Green(
                        Map.of("value", answer.value().orElse(""), "rows", Long.toString(answer.rows()))));
    }

    private static QueryAnswer answer(Call call) throws InterruptedException {
        var inputs = call.inputs();
        var database = inputs.text("database");
        return Server.of(inputs)
                .in(database, session -> session.look(inputs.text("sql"), inputs.list("parameters"), MOST_ROWS));
    }
}
