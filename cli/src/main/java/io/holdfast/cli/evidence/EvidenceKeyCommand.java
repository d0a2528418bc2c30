package io.holdfast.cli.evidence;

import io.holdfast.cli.HostEvidence;
import io.holdfast.cli.OutputOption;
import io.holdfast.cli.TakesSettings;
import io.holdfast.cli.Workspace;
import io.holdfast.cli.configuration.Setting;
import io.holdfast.cli.configuration.Settings;
import io.holdfast.plan.SshPublicKey;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code holdfast evidence key}. */
@Command(
        name = "key",
        description = {
            "Print the public key with which the evidence of this host is checked, as a line of OpenSSH; the key is made if there is"
                    + " none. Keep the line where the repository is not: whoever can change both can make up everything."
        })
final class EvidenceKeyCommand implements Callable<Integer>, TakesSettings {

    @Spec
    private CommandSpec spec;

    @Mixin
    private OutputOption output;

    @Override
    public List<Setting<?>> settings() {
        return List.of(Settings.STATE_DIRECTORY, Settings.EVIDENCE_KEY_FILE);
    }

    /** @param writer the name of its chain */
    record KeyDocument(String key, String fingerprint, String writer, String file) {}

    @Override
    public Integer call() {
        var workspace = Workspace.of(spec);
        var key = HostEvidence.signer(workspace).key();
        var open = new SshPublicKey(key.hex());
        output.printText(
                out -> out.println("%s evidence-%s".formatted(open, key.writer())),
                () -> new KeyDocument(
                        open.toString(),
                        open.fingerprint(),
                        key.writer(),
                        workspace.evidenceKey().toString()));
        return 0;
    }
}
