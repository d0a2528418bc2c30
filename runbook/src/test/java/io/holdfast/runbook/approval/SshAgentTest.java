package io.holdfast.runbook.approval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.plan.SshPublicKey;
import io.holdfast.testkit.programs.NeedsSshAgent;
import io.holdfast.testkit.programs.ServerFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With the agent of OpenSSH itself. */
@NeedsSshAgent
class SshAgentTest {

    private static final String TEXT = "holdfast approval 1\nrun: 1\n";

    /** The path of a socket is short. */
    @TempDir(factory = ServerFolder.class)
    private Path folder;

    private Path socket;
    private Process process;

    @BeforeEach
    void start() throws IOException {
        socket = folder.resolve("agent");
        process = new ProcessBuilder("ssh-agent", "-D", "-a", socket.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile())
                .start();
        Awaitility.await().until(() -> Files.exists(socket));
    }

    @AfterEach
    void end() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    private SshPublicKey add() throws IOException, InterruptedException {
        var file = folder.resolve("key");
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(file, resource("key"));
        var builder = new ProcessBuilder("ssh-add", file.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("add").toFile());
        builder.environment().put("SSH_AUTH_SOCK", socket.toString());
        var adding = builder.start();
        assertThat(adding.waitFor(1, TimeUnit.MINUTES)).isTrue();
        assertThat(adding.exitValue()).isZero();
        Files.delete(file);
        return SshPublicKey.parse(resource("key.pub")).orElseThrow();
    }

    private SshAgent agent() {
        return SshAgent.of(Map.of("SSH_AUTH_SOCK", socket.toString()));
    }

    @Test
    void signs_as_the_key_file_does() throws Exception {
        var key = add();

        var signer = agent().holding(List.of(TestKeys.make().publicKey(), key));

        assertThat(agent().held()).containsExactly(key);
        assertThat(signer.publicKey()).isEqualTo(key);
        assertThat(SshSignature.sign(signer, TEXT).armoured()).isEqualTo(resource("signature"));
    }

    @Test
    void without_a_key_that_counts_it_does_not_sign() throws Exception {
        var agent = agent();
        assertThatThrownBy(() -> agent.holding(List.of(TestKeys.make().publicKey())))
                .isInstanceOf(ApprovalException.class)
                .hasMessage("the ssh agent holds none of the keys that count here");
        add();
        assertThatThrownBy(() -> agent.holding(List.of(TestKeys.make().publicKey())))
                .isInstanceOf(ApprovalException.class);
    }

    @Test
    void one_that_is_not_there_is_said() {
        assertThatThrownBy(() -> SshAgent.of(Map.of()))
                .isInstanceOf(ApprovalException.class)
                .hasMessageContaining("SSH_AUTH_SOCK is not set");
        var gone = SshAgent.of(Map.of("SSH_AUTH_SOCK", folder.resolve("nothing").toString()));
        assertThatThrownBy(gone::held).isInstanceOf(ApprovalException.class).hasMessageContaining("does not sign");
    }

    @Test
    void an_answer_that_is_none_of_an_agent_is_said() throws Exception {
        var other = folder.resolve("other");
        try (var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(other));
            var answering = Thread.ofVirtual().start(() -> {
                try (var session = server.accept()) {
                    // Whoever ends a session before it was asked breaks the pipe.
                    var request = ByteBuffer.allocate(5);
                    while (request.hasRemaining() && session.read(request) >= 0) {
                        // Reads on.
                    }
                    // Five bytes: the right kind, a thousand keys, and none of them.
                    session.write(ByteBuffer.wrap(new byte[] {0, 0, 0, 5, 12, 0, 0, 3, (byte) 0xe8}));
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });

            assertThatThrownBy(SshAgent.of(Map.of("SSH_AUTH_SOCK", other.toString()))::held)
                    .isInstanceOf(ApprovalException.class)
                    .hasMessageContaining("does not sign: it ends too early");
            answering.join();
        }
    }

    private static String resource(String name) throws IOException {
        try (var in = Objects.requireNonNull(SshAgentTest.class.getResourceAsStream(name))) {
            return new String(in.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        }
    }
}
