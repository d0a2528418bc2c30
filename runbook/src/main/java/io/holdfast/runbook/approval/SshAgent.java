package io.holdfast.runbook.approval;

import io.holdfast.plan.SshPublicKey;
import java.io.EOFException;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** The ssh agent of whoever sits at the terminal, which signs without giving keys away (draft-ietf-sshm-ssh-agent). */
public final class SshAgent {

    private static final byte REQUEST_IDENTITIES = 11;
    private static final byte IDENTITIES_ANSWER = 12;
    private static final byte SIGN_REQUEST = 13;
    private static final byte SIGN_RESPONSE = 14;

    /** As OpenSSH's own limit of a message. */
    private static final int LONGEST = 256 * 1024;

    private final Path socket;

    private SshAgent(Path socket) {
        this.socket = socket;
    }

    /**
     * Where the environment says that it is.
     *
     * @throws ApprovalException if it says nothing
     */
    public static SshAgent of(Map<String, String> environment) {
        return Optional.ofNullable(environment.get("SSH_AUTH_SOCK"))
                .filter(path -> !path.isBlank())
                .map(path -> new SshAgent(Path.of(path)))
                .orElseThrow(() -> new ApprovalException(
                        "there is no ssh agent: SSH_AUTH_SOCK is not set", "start one with ssh-agent, or give --key"));
    }

    /** A key that it holds. */
    public final class Held implements SshSigner {

        private final SshPublicKey key;

        private Held(SshPublicKey key) {
            this.key = key;
        }

        @Override
        public SshPublicKey publicKey() {
            return key;
        }

        @Override
        public byte[] sign(byte[] bytes) {
            var request = new SshFields.Writer()
                    .raw(new byte[] {SIGN_REQUEST})
                    .bytes(key.blob())
                    .bytes(bytes)
                    .number(0)
                    .done();
            return ask(request, SIGN_RESPONSE, answer -> {
                var signature = new SshFields(answer.bytes());
                if (!signature.text().equals(SshPublicKey.TYPE)) {
                    throw unusable("its signature is of another type");
                }
                return signature.bytes();
            });
        }
    }

    /**
     * The first of some keys that it holds.
     *
     * @throws ApprovalException if it holds none of them, or does not answer
     */
    public SshSigner holding(Collection<SshPublicKey> wanted) {
        return held().stream()
                .filter(wanted::contains)
                .findFirst()
                .<SshSigner>map(Held::new)
                .orElseThrow(() -> new ApprovalException(
                        "the ssh agent holds none of the keys that count here",
                        "add yours with ssh-add; the plan lists the keys of its contacts"));
    }

    /** The Ed25519 keys that it holds. */
    public List<SshPublicKey> held() {
        return ask(new byte[] {REQUEST_IDENTITIES}, IDENTITIES_ANSWER, answer -> {
            var keys = new ArrayList<SshPublicKey>();
            var count = answer.number();
            for (var i = 0; i < count; i++) {
                SshPublicKey.ofBlob(answer.bytes()).ifPresent(keys::add);
                answer.bytes();
            }
            return keys;
        });
    }

    private <T> T ask(byte[] request, byte expected, Function<SshFields, T> reading) {
        try (var channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(socket));
            var message = ByteBuffer.wrap(new SshFields.Writer().bytes(request).done());
            while (message.hasRemaining()) {
                channel.write(message);
            }
            var length = read(channel, 4).getInt();
            if (length < 1 || length > LONGEST) {
                throw unusable("its answer is %d bytes long".formatted(length));
            }
            var answer = read(channel, length);
            if (answer.get() != expected) {
                throw unusable("it refuses");
            }
            var rest = new byte[answer.remaining()];
            answer.get(rest);
            return reading.apply(new SshFields(rest));
        } catch (IOException | IllegalArgumentException e) {
            throw unusable(String.valueOf(e.getMessage()));
        }
    }

    private static ByteBuffer read(SocketChannel channel, int length) throws IOException {
        var buffer = ByteBuffer.allocate(length);
        while (buffer.hasRemaining()) {
            if (channel.read(buffer) < 0) {
                throw new EOFException("it ended in the middle of an answer");
            }
        }
        return buffer.flip();
    }

    private ApprovalException unusable(String why) {
        return new ApprovalException(
                "the ssh agent at '%s' does not sign: %s".formatted(socket, why),
                "see what 'ssh-add -l' says, or give --key");
    }
}
