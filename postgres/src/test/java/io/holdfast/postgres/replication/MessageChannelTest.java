package io.holdfast.postgres.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.postgres.cluster.ServerAddress;
import io.holdfast.postgres.cluster.ServerException;
import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MessageChannelTest {

    private static final ServerAddress ADDRESS = new ServerAddress.Tcp("server.example", 5432);

    @Test
    void a_time_out_after_every_single_byte_loses_nothing() {
        var bytes = ByteBuffer.allocate(1 << 12);
        for (var i = 0; i < 100; i++) {
            bytes.put((byte) 'd').putInt(4 + i % 7).put(new byte[i % 7]);
        }
        var channel = new MessageChannel(ADDRESS, new Stutter(bytes.flip(), 1));

        for (var i = 0; i < 100; i++) {
            assertThat(next(channel)).isEqualTo('d');
            assertThat(channel.payload().remaining()).isEqualTo(i % 7);
        }
    }

    @Test
    void messages_of_every_size_pass_through_the_buffer_unchanged() {
        var seed = System.nanoTime();
        var random = new Random(seed);
        var bytes = ByteBuffer.allocate(64 << 20);
        var sizes = new int[200];
        for (var i = 0; i < sizes.length; i++) {
            sizes[i] = random.nextInt(random.nextInt(20) == 0 ? 2 << 20 : 200 << 10);
            var content = new byte[sizes[i]];
            new Random(i).nextBytes(content);
            bytes.put((byte) 'd').putInt(4 + sizes[i]).put(content);
        }
        var channel = new MessageChannel(ADDRESS, new Stutter(bytes.flip(), 50_000));
        channel.loggedIn();

        for (var i = 0; i < sizes.length; i++) {
            var expected = new byte[sizes[i]];
            new Random(i).nextBytes(expected);
            assertThat(next(channel)).as("seed %d", seed).isEqualTo('d');
            var content = new byte[channel.payload().remaining()];
            channel.payload().get(content);
            assertThat(content).as("seed %d", seed).isEqualTo(expected);
        }
    }

    @Test
    void a_length_that_makes_no_sense_ends_it() {
        for (var length : new int[] {-1, 0, 3, 30_001, Integer.MAX_VALUE}) {
            var bytes = ByteBuffer.allocate(5).put((byte) 'd').putInt(length).flip();
            var channel = new MessageChannel(ADDRESS, new Stutter(bytes, 5));

            assertThatThrownBy(() -> next(channel))
                    .isInstanceOf(ServerException.class)
                    .hasMessage("server.example:5432: a message of type 0x64 and length %d makes no sense", length);
        }
    }

    @Test
    void the_end_of_the_connection_inside_a_message_may_pass() {
        var bytes =
                ByteBuffer.allocate(7).put((byte) 'd').putInt(100).put((byte) 1).flip();
        var channel = new MessageChannel(ADDRESS, new Stutter(bytes, 5));

        assertThatThrownBy(() -> next(channel))
                .isInstanceOfSatisfying(
                        ServerException.class, e -> assertThat(e.retryable()).isTrue())
                .hasMessage("server.example:5432: the server closed the connection");
    }

    private static int next(MessageChannel channel) {
        while (true) {
            var type = channel.receive(0);
            if (type != MessageChannel.NOTHING) {
                return type;
            }
        }
    }

    /** Gives at most so many bytes, then lets a deadline pass, in turns. */
    private static final class Stutter implements Transport {

        private final ByteBuffer bytes;
        private final int atOnce;
        private boolean pause;

        Stutter(ByteBuffer bytes, int atOnce) {
            this.bytes = bytes;
            this.atOnce = atOnce;
        }

        @Override
        public int read(ByteBuffer target, long deadline) {
            pause = !pause;
            if (pause) {
                return 0;
            }
            if (!bytes.hasRemaining()) {
                return -1;
            }
            var count = Math.min(atOnce, Math.min(bytes.remaining(), target.remaining()));
            target.put(bytes.slice(bytes.position(), count));
            bytes.position(bytes.position() + count);
            return count;
        }

        @Override
        public void write(ByteBuffer source, long deadline) {
            source.position(source.limit());
        }

        @Override
        public void close() {}
    }
}
