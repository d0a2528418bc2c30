package io.holdfast.runbook.builtin;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.plan.action.CheckActions;
import io.holdfast.plan.action.CommandActions;
import io.holdfast.plan.action.NotifyActions;
import io.holdfast.runbook.action.Action;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class BuiltInActionsTest {

    @Test
    void every_action_that_is_described_is_there() {
        var described = Stream.of(CheckActions.ALL, CommandActions.ALL, NotifyActions.ALL)
                .flatMap(List::stream)
                .toList();

        assertThat(new BuiltInActions(Thread::sleep, Map.of()).actions())
                .extracting(Action::descriptor)
                .containsExactlyInAnyOrderElementsOf(described);
    }
}
