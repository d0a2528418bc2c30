package io.holdfast.cli;

import io.holdfast.plan.SshPublicKey;
import io.holdfast.problem.HoldfastException;
import io.holdfast.problem.ProblemKind;
import io.holdfast.repository.evidence.EvidenceKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import picocli.CommandLine.Option;

/** Public keys that somebody trusts: mixed into commands that trust nothing else. */
public final class TrustedKeys {

    @Option(
            names = "--trust",
            paramLabel = "KEY",
            description =
                    "A public key that you trust, as a line of OpenSSH (ssh-ed25519 AAAA...) or a file of such lines; from your own"
                            + " papers, not from the repository. May be repeated.")
    private List<String> given = List.of();

    /** Whether any was given. */
    public boolean any() {
        return !given.isEmpty();
    }

    /**
     * The keys.
     *
     * @throws HoldfastException if one is none
     */
    public Set<SshPublicKey> keys(Workspace workspace) {
        var keys = new LinkedHashSet<SshPublicKey>();
        for (var text : given) {
            if (text.startsWith(SshPublicKey.TYPE + " ")) {
                keys.add(key(text, "--trust"));
            } else {
                lines(workspace.resolve(Path.of(text))).forEach(line -> keys.add(key(line, text)));
            }
        }
        return keys;
    }

    /**
     * The same, of hosts that record evidence.
     *
     * @throws HoldfastException if one is none
     */
    public Set<EvidenceKey> evidenceKeys(Workspace workspace) {
        return keys(workspace).stream().map(key -> new EvidenceKey(key.hex())).collect(Collectors.toSet());
    }

    private static List<String> lines(Path file) {
        try {
            var lines = Files.readAllLines(file).stream()
                    .map(String::strip)
                    .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                    .toList();
            if (lines.isEmpty()) {
                throw new NoKeyException("there is no key in '%s'".formatted(file));
            }
            return lines;
        } catch (IOException e) {
            throw new NoKeyException("cannot read '%s': %s".formatted(file, e.getMessage()));
        }
    }

    private static SshPublicKey key(String line, String where) {
        return SshPublicKey.parse(line)
                .filter(key -> !key.isBlank())
                .orElseThrow(
                        () -> new NoKeyException("'%s' in %s is not an Ed25519 key of OpenSSH".formatted(line, where)));
    }

    /** What was given is no key. */
    static final class NoKeyException extends HoldfastException {

        private static final long serialVersionUID = 1;

        NoKeyException(String message) {
            super(
                    message,
                    "give a line as 'holdfast evidence key' or a .pub file of ssh-keygen has it: ssh-ed25519 AAAA...");
        }

        @Override
        public String code() {
            return "key.not-trusted";
        }

        @Override
        public ProblemKind kind() {
            return ProblemKind.USAGE;
        }
    }
}
