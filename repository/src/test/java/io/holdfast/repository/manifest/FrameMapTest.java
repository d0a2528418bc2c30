package io.holdfast.repository.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.holdfast.repository.binary.BinaryWriter;
import io.holdfast.repository.binary.MalformedEncodingException;
import io.holdfast.repository.frame.FrameLocation;
import io.holdfast.repository.frame.NewerFormatException;
import io.holdfast.repository.pack.BackupId;
import io.holdfast.repository.pack.ContentHash;
import io.holdfast.repository.pack.FrameReference;
import io.holdfast.repository.pack.PackId;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FrameMapTest {

    private static final BackupId BACKUP = new BackupId("20260228-235958F");

    @Test
    void what_was_encoded_is_decoded() {
        for (long seed = 0; seed < 300; seed++) {
            var map = new Samples(seed).map();

            assertThat(decode(map.encode())).as("seed %d", seed).isEqualTo(map);
        }
    }

    @Test
    void an_empty_map_is_decoded() {
        var empty = new FrameMap(8192, List.of(), List.of());

        assertThat(decode(empty.encode())).isEqualTo(empty);
    }

    @Test
    void the_bytes_are_those_of_the_format() {
        var frame = new FrameReference(new PackId(BACKUP, PackId.Kind.MAP, 300), new FrameLocation(2, 200, 74, 128));
        var map = new FrameMap(
                8192,
                List.of(new Extent(frame, 1, 127, new ContentHash(1, 2))),
                List.of(new Overlay(frame, new ContentHash(3, 4), List.of(0, 5), Set.of(5))));

        assertThat(HexFormat.of().formatHex(map.encode()))
                .isEqualTo(
                        "00" // version
                                + "01" + HexFormat.of().formatHex(BACKUP.text().getBytes(StandardCharsets.US_ASCII))
                                + "01ac02"
                                + "8040" + "00" // block size, form
                                + "01" + "00" + "02" + "c801" + "4a"
                                + "8001" // extents: pack, number, offset, stored, plain
                                + "01" + "7f" + "00000000000000010000000000000002" // offset, length, hash
                                + "01" + "00" + "02" + "c801" + "4a" + "8001" // overlays
                                + "00000000000000030000000000000004"
                                + "02" + "02" + "0b"); // blocks
    }

    @Test
    void every_truncation_is_malformed() {
        for (long seed = 0; seed < 20; seed++) {
            var encoded = new Samples(seed).map().encode();
            for (int length = 0; length < encoded.length; length++) {
                var cut = Arrays.copyOf(encoded, length);

                assertThat(catchThrowable(() -> decode(cut)))
                        .as("seed %d cut to %d", seed, length)
                        .isInstanceOf(MalformedEncodingException.class);
            }
        }
    }

    @Test
    void a_byte_too_many_is_malformed() {
        var encoded = new Samples(1).map().encode();

        assertThatThrownBy(() -> decode(Arrays.copyOf(encoded, encoded.length + 1)))
                .isInstanceOf(MalformedEncodingException.class);
    }

    @Test
    void any_other_change_is_another_map_or_an_error_of_ours() {
        for (long seed = 0; seed < 20; seed++) {
            var encoded = new Samples(seed).map().encode();
            var random = new Random(seed);
            for (int i = 0; i < 2000; i++) {
                var changed = encoded.clone();
                changed[random.nextInt(changed.length)] = (byte) random.nextInt();
                var thrown = catchThrowable(() -> decode(changed));

                if (thrown != null) {
                    assertThat(thrown)
                            .as("seed %d round %d", seed, i)
                            .isInstanceOfAny(MalformedEncodingException.class, NewerFormatException.class);
                }
            }
        }
    }

    @Test
    void a_newer_version_is_refused() {
        assertThatThrownBy(() -> decode(new byte[] {1}))
                .isInstanceOf(NewerFormatException.class)
                .hasMessage("a frame map has format 1, this holdfast reads up to 0");
    }

    @Test
    void huge_counts_are_not_allocated() {
        var huge = new BinaryWriter()
                .varint(0)
                .varint(0)
                .varint(8192)
                .u8(0)
                .varint(Integer.MAX_VALUE)
                .toBytes();
        var hugeTable = new BinaryWriter().varint(0).varint(Integer.MAX_VALUE).toBytes();

        assertThatThrownBy(() -> decode(huge)).isInstanceOf(MalformedEncodingException.class);
        assertThatThrownBy(() -> decode(hugeTable)).isInstanceOf(MalformedEncodingException.class);
    }

    @ParameterizedTest
    @CsvSource({"20269999-235958X,0,1", "20260228-235958F,2,1", "20260228-235958F,0,0", "20260228-235958F,0,100000000"})
    void a_pack_that_cannot_be_is_malformed(String backup, int kind, int number) {
        var encoded = new BinaryWriter()
                .varint(0)
                .varint(1)
                .raw(backup.getBytes(StandardCharsets.US_ASCII))
                .u8(kind)
                .varint(number)
                .toBytes();

        assertThatThrownBy(() -> decode(encoded)).isInstanceOf(MalformedEncodingException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "0,48,34,10,0,11",
        "0,48,34,10,11,0",
        "0,48,34,10,5,2147483647",
        "0,47,34,10,0,1",
        "0,48,23,0,0,0",
        "0,48,34,4194305,0,1",
        "1,48,34,10,0,1"
    })
    void an_extent_that_cannot_be_is_malformed(int pack, long offset, int stored, int plain, int from, int length) {
        var encoded = new BinaryWriter()
                .varint(0)
                .varint(1)
                .raw("20260228-235958F".getBytes(StandardCharsets.US_ASCII))
                .u8(0)
                .varint(1)
                .varint(8192)
                .u8(0)
                .varint(1)
                .varint(pack)
                .varint(0)
                .varint(offset)
                .varint(stored)
                .varint(plain)
                .varint(from)
                .varint(length)
                .raw(new byte[16])
                .varint(0)
                .toBytes();

        assertThatThrownBy(() -> decode(encoded)).isInstanceOf(MalformedEncodingException.class);
    }

    @ParameterizedTest
    @CsvSource({"2,0", "2,1", "0,2"})
    void blocks_that_do_not_ascend_are_malformed(long first, long second) {
        var encoded = new BinaryWriter()
                .varint(0)
                .varint(1)
                .raw("20260228-235958F".getBytes(StandardCharsets.US_ASCII))
                .u8(0)
                .varint(1)
                .varint(8192)
                .u8(0)
                .varint(0)
                .varint(1)
                .varint(0)
                .varint(0)
                .varint(48)
                .varint(34)
                .varint(10)
                .raw(new byte[16])
                .varint(2)
                .varint(first)
                .varint(second)
                .toBytes();

        assertThatThrownBy(() -> decode(encoded))
                .hasMessage("stored metadata cannot be read: blocks of an overlay that do not ascend");
    }

    @Test
    void a_thousand_extents_cost_less_than_forty_bytes_each() {
        var extents = new ArrayList<Extent>();
        var hashes = new Samples(1);
        long offset = 48;
        for (int i = 0; i < 1000; i++) {
            int stored = 300_000 + i;
            var pack = new PackId(BACKUP, PackId.Kind.DATA, 1 + i / 200);
            extents.add(new Extent(
                    new FrameReference(pack, new FrameLocation(i % 200, offset, stored, 1024 * 1024)),
                    0,
                    1024 * 1024,
                    hashes.hash()));
            offset = i % 200 == 199 ? 48 : offset + stored;
        }

        double each = new FrameMap(8192, extents, List.of()).encode().length / 1000.0;

        System.out.printf("frame map: %.2f bytes per extent of 1 MiB%n", each);
        assertThat(each).isLessThan(40);
    }

    private static FrameMap decode(byte[] bytes) {
        return switch (FrameMapCodec.decode(bytes)) {
            case FrameMapCodec.Decoded.Whole whole -> whole.map();
            case FrameMapCodec.Decoded.Layered layered ->
                layered.upon(new FrameMap(layered.blockSize(), List.of(), List.of()));
        };
    }
}
