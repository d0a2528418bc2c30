package io.holdfast.runbook.run;

import io.holdfast.runbook.journal.RunId;
import io.holdfast.runbook.state.StateDatabase;
import io.holdfast.runbook.state.StateLocation;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** An engine in a process of its own, to be killed or stopped. It executes one run, and then ends. */
final class EngineMain {

    private EngineMain() {}

    /** State folder, folder of effects, run, number of the write to die at (0: none), and whether before it. */
    public static void main(String[] arguments) throws InterruptedException {
        var kill = new KillSource(Integer.parseInt(arguments[3]), Boolean.parseBoolean(arguments[4]));
        try (var database = StateDatabase.open(new StateLocation.Folder(Path.of(arguments[0])));
                var runs = Runs.on(
                        kill.around(database.source()),
                        database.scheduling(),
                        Catalogue.of(EffectAction.all(Path.of(arguments[1]))),
                        new RunSettings("child@here", "here", Map.of(), InstantSource.system()))) {
            runs.execute(new RunId(arguments[2]));
        }
    }

    static Process start(Path state, Path effects, RunId run, int write, boolean before) throws IOException {
        var words = new ArrayList<>(List.of(
                ProcessHandle.current().info().command().orElseThrow(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:TieredStopAtLevel=1",
                "-classpath",
                System.getProperty("java.class.path"),
                EngineMain.class.getName()));
        words.addAll(List.of(
                state.toString(), effects.toString(), run.value(), Integer.toString(write), Boolean.toString(before)));
        return new ProcessBuilder(words)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
    }
}
