package io.holdfast.postgres.wal.summary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** {@code -Dholdfast.seed} repeats a failure. */
class SummaryReaderTest {

    private static final long NONE = 0xFFFF_FFFFL;

    private final long seed = Long.getLong("holdfast.seed", System.nanoTime());
    private final Random random = new Random(seed);

    /** What a file says, in its order. */
    private static final class Said implements BlockSink {

        private final List<String> lines = new ArrayList<>();

        @Override
        public void limit(ForkId fork, long blocks) {
            lines.add("%d/%d/%d %s limit %d"
                    .formatted(fork.tablespace(), fork.database(), fork.relation(), fork.fork(), blocks));
        }

        @Override
        public void changed(ForkId fork, long block) {
            lines.add("%d/%d/%d %s %d"
                    .formatted(fork.tablespace(), fork.database(), fork.relation(), fork.fork(), block));
        }
    }

    private static final BlockSink NOBODY = new BlockSink() {
        @Override
        public void limit(ForkId fork, long blocks) {}

        @Override
        public void changed(ForkId fork, long block) {}
    };

    private static List<String> read(byte[] file) throws IOException {
        var said = new Said();
        var bytes = SummaryReader.read(new ByteArrayInputStream(file), "it", said);
        assertThat(bytes).isEqualTo(file.length);
        return said.lines;
    }

    @Test
    void a_summary_of_nothing_says_nothing() throws Exception {
        assertThat(read(new SummaryBytes().finish())).isEmpty();
    }

    @Test
    void offsets_bitmaps_empty_chunks_and_limits_are_read() throws Exception {
        var file = new SummaryBytes()
                .entry(1663, 5, 0, 0, 0, 0)
                .entry(1663, 5, 16384, 0, NONE, 3)
                .words(2, 0, 4096)
                .words(65535, 7)
                .bitmap(0, 17, 63, 64, 65535)
                .entry(1664, 0, 0xFFFF_FFFFL, 3, 9, 0)
                .finish();

        assertThat(read(file))
                .containsExactly(
                        "1663/5/0 MAIN limit 0",
                        "1663/5/16384 MAIN 65535",
                        "1663/5/16384 MAIN 7",
                        "1663/5/16384 MAIN 131072",
                        "1663/5/16384 MAIN 131089",
                        "1663/5/16384 MAIN 131135",
                        "1663/5/16384 MAIN 131136",
                        "1663/5/16384 MAIN 196607",
                        "1664/0/4294967295 INIT limit 9");
    }

    @Test
    void the_last_block_that_a_relation_can_have_is_read() throws Exception {
        var sizes = new int[65536];
        sizes[65535] = 1;

        var file = new SummaryBytes()
                .entry(1663, 5, 16384, 0, NONE, 65536)
                .words(sizes)
                .words(65534)
                .finish();

        assertThat(read(file)).containsExactly("1663/5/16384 MAIN 4294967294");
    }

    @Test
    void it_does_not_matter_in_what_pieces_the_bytes_come() throws Exception {
        var file = sound();
        var whole = read(file);

        var said = new Said();
        SummaryReader.read(dripping(file), "it", said);

        assertThat(said.lines).as("seed %d", seed).isEqualTo(whole);
    }

    private InputStream dripping(byte[] file) {
        return new ByteArrayInputStream(file) {
            @Override
            public int read(byte[] into, int at, int length) {
                return super.read(into, at, Math.min(length, 1 + random.nextInt(700)));
            }
        };
    }

    @Nested
    class Refused_is {

        @Test
        void a_file_of_something_else() {
            assertRefused(
                    "not a summary".getBytes(StandardCharsets.US_ASCII), "it begins with 20746F6E, not with 652B137B");
        }

        @Test
        void a_summary_of_a_big_endian_machine() {
            assertRefused(
                    new SummaryBytes(ByteOrder.BIG_ENDIAN)
                            .entry(1663, 5, 1, 0, 0, 0)
                            .finish(),
                    "it was written by a server on a big-endian machine");
        }

        @Test
        void a_summary_without_its_end() {
            var sound = sound();

            assertRefused(
                    Arrays.copyOf(sound, sound.length - 1),
                    "it ends early, after %d bytes".formatted(sound.length - 1));
            assertRefused(Arrays.copyOf(sound, 100), "it ends early, after 100 bytes");
            assertRefused(new byte[0], "it ends early, after 0 bytes");
        }

        @Test
        void a_wrong_checksum() {
            var file = new SummaryBytes().entry(1663, 5, 16384, 0, 77, 0).finish();
            file[20] = 78;

            assertThatThrownBy(() -> read(file))
                    .isInstanceOf(InvalidSummaryException.class)
                    .hasMessageMatching(
                            "WAL summary 'it' cannot be used: its checksum is [0-9A-F]{8} where its content makes [0-9A-F]{8}");
        }

        @Test
        void more_after_the_end() {
            var sound = sound();

            assertRefused(
                    Arrays.copyOf(sound, sound.length + 1),
                    "it goes on after its end at byte %d".formatted(sound.length));
        }

        @Test
        void a_fork_that_does_not_exist() {
            assertRefused(new SummaryBytes().entry(1663, 5, 1, 4, 0, 0).finish(), "there is no fork number 4");
            assertRefused(new SummaryBytes().entry(1663, 5, 1, -1, 0, 0).finish(), "there is no fork number -1");
        }

        @Test
        void an_entry_without_a_tablespace() {
            assertRefused(new SummaryBytes().entry(0, 5, 1, 0, 0, 0).finish(), "an entry names no tablespace");
        }

        @Test
        void more_chunks_than_a_relation_has() {
            assertRefused(
                    new SummaryBytes().entry(1663, 5, 1, 0, 0, 65537).finish(),
                    "an entry claims 65537 chunks, more than a relation can have");
            assertRefused(
                    new SummaryBytes().entry(1663, 5, 1, 0, 0, NONE).finish(),
                    "an entry claims 4294967295 chunks, more than a relation can have");
        }

        @Test
        void a_chunk_that_is_larger_than_its_bitmap() {
            assertRefused(
                    new SummaryBytes().entry(1663, 5, 1, 0, 0, 1).words(4097).finish(),
                    "a chunk claims 4097 words, more than its bitmap has");
        }

        private void assertRefused(byte[] file, String fault) {
            assertThatThrownBy(() -> read(file))
                    .isInstanceOf(InvalidSummaryException.class)
                    .hasMessage("WAL summary 'it' cannot be used: " + fault);
        }
    }

    @Test
    void no_damage_goes_unnoticed_and_none_does_anything_but_be_refused() {
        var sound = sound();
        for (int i = 0; i < 10_000; i++) {
            var damaged = damage(sound);
            if (Arrays.equals(damaged, sound)) {
                continue;
            }
            try {
                SummaryReader.read(new ByteArrayInputStream(damaged), "it", NOBODY);
                fail("damage number %d was not noticed, seed %d", i, seed);
            } catch (InvalidSummaryException e) {
                assertThat(e.fault()).isNotEmpty();
            } catch (IOException | RuntimeException e) {
                throw new AssertionError("damage number %d, seed %d".formatted(i, seed), e);
            }
        }
    }

    private byte[] damage(byte[] sound) {
        return switch (random.nextInt(4)) {
            case 0 -> Arrays.copyOf(sound, random.nextInt(sound.length));
            case 1 -> {
                var flipped = sound.clone();
                flipped[random.nextInt(sound.length)] ^= (byte) (1 << random.nextInt(8));
                yield flipped;
            }
            case 2 -> {
                var overwritten = sound.clone();
                int at = random.nextInt(sound.length);
                for (int i = at; i < Math.min(sound.length, at + 1 + random.nextInt(64)); i++) {
                    overwritten[i] = (byte) random.nextInt(256);
                }
                yield overwritten;
            }
            default -> {
                int from = random.nextInt(sound.length);
                int to = from + random.nextInt(Math.min(200, sound.length - from));
                var cut = new byte[sound.length - (to - from)];
                System.arraycopy(sound, 0, cut, 0, from);
                System.arraycopy(sound, to, cut, from, sound.length - to);
                yield cut;
            }
        };
    }

    /** Some entries of every kind, 11 KiB. */
    private byte[] sound() {
        var file = new SummaryBytes().entry(1663, 5, 0, 0, 0, 0);
        for (int relation = 0; relation < 60; relation++) {
            int few = random.nextInt(20);
            file.entry(1663, 5, 16384 + relation, random.nextInt(4), random.nextInt(100_000), 2)
                    .words(few, 0)
                    .words(IntStream.range(0, few)
                            .map(i -> random.nextInt(65536))
                            .toArray());
        }
        return file.entry(1664, 0, 1260, 0, NONE, 1)
                .words(4096)
                .bitmap(random.ints(5000, 0, 65536).toArray())
                .finish();
    }
}
