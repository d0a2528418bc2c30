package io.holdfast.runbook.notification;

import io.holdfast.runbook.action.Call;
import io.holdfast.runbook.action.CarefulAction;
import io.holdfast.runbook.action.Probe;

/** A message that the other end cannot tell from a repetition of it. */
abstract class Notification extends CarefulAction {

    static boolean repeatable(Call call) {
        return call.inputs().truth("repeat", true);
    }

    /** Nobody knows whether an earlier attempt arrived; the plan says what follows from that. */
    @Override
    protected final Probe ask(Call call) {
        return repeatable(call)
                ? new Probe.NotDone()
                : new Probe.Unknown("nobody can tell whether the message was sent before");
    }
}
