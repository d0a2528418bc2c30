package io.holdfast.runbook.action;

import java.util.List;

/** The actions of one provider; found by {@link java.util.ServiceLoader} where they need nothing handed in. */
public interface Actions {

    List<Action> actions();
}
