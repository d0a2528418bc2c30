package io.holdfast.postgres.action;

import io.holdfast.runbook.action.Action;
import io.holdfast.runbook.action.Actions;
import io.holdfast.runbook.action.Pause;
import java.util.List;

/** All of them. */
public record ProvidedActions(PostgresHost host, Pause pause) implements Actions {

    @Override
    public List<Action> actions() {
        return List.of(
                new TakeBackup(host, pause),
                new RestoreCluster(host, pause),
                new StartServer(host, pause),
                new StopServer(host, pause),
                new Query(pause),
                new CloseDatabase(pause),
                new OpenDatabase(),
                new DumpDatabase(host, pause),
                new CreateDatabase(),
                new RestoreDump(host, pause),
                new SwapDatabase(pause));
    }
}
