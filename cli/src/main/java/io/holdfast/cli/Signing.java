package io.holdfast.cli;

import io.holdfast.plan.SshPublicKey;
import io.holdfast.runbook.approval.ApprovalException;
import io.holdfast.runbook.approval.SshAgent;
import io.holdfast.runbook.approval.SshPrivateKey;
import io.holdfast.runbook.approval.SshSignature;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;

/** A person's signature of a statement, in each of the ways in which a command takes it. */
public record Signing(Surroundings surroundings, String statement) {

    /** By a key file without a passphrase. */
    public String byKey(Path file) {
        return SshSignature.sign(SshPrivateKey.read(resolved(file)), statement).armoured();
    }

    /** By the ssh agent, with the first of some keys that it holds. */
    public String byAgent(Collection<SshPublicKey> keys) {
        var agent = SshAgent.of(surroundings.environment());
        return SshSignature.sign(agent.holding(keys), statement).armoured();
    }

    /** Made before, by whatever the person chose. */
    public String madeBefore(Path file) {
        try {
            return Files.readString(resolved(file));
        } catch (CharacterCodingException _) {
            throw new ApprovalException(
                    "'%s' is no signature of OpenSSH: it is not text".formatted(file),
                    "sign the statement as it is shown: ssh-keygen -Y sign -n holdfast -f KEY STATEMENT");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path resolved(Path file) {
        return surroundings.workingDirectory().resolve(file);
    }
}
