package io.holdfast.repository.binary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BinaryReaderTest {

    @ParameterizedTest
    @CsvSource({
        "0,00",
        "127,7f",
        "128,8001",
        "300,ac02",
        "2147483647,ffffffff07",
        "9223372036854775807,ffffffffffffffff7f",
        "-1,ffffffffffffffffff01"
    })
    void a_varint_is_leb128(long value, String hex) {
        assertThat(HexFormat.of().formatHex(new BinaryWriter().varint(value).toBytes()))
                .isEqualTo(hex);
        assertThat(reader(hex).varint()).isEqualTo(value);
    }

    @ParameterizedTest
    @CsvSource({"0,00", "-1,01", "1,02", "-64,7f", "9223372036854775807,feffffffffffffffff01"})
    void a_signed_number_is_zigzag(long value, String hex) {
        assertThat(HexFormat.of().formatHex(new BinaryWriter().signed(value).toBytes()))
                .isEqualTo(hex);
        assertThat(reader(hex).signed()).isEqualTo(value);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "80", "ffffffffffffffffff02", "ffffffffffffffffff81", "ffffffffffffffffffff01"})
    void a_varint_that_is_cut_or_too_long_is_malformed(String hex) {
        assertThatThrownBy(() -> reader(hex).varint()).isInstanceOf(MalformedEncodingException.class);
    }

    @Test
    void a_count_fits_into_memory_and_a_size_is_not_negative() {
        assertThatThrownBy(() -> reader("8080808008").count()).hasMessageEndingWith("a count of 2147483648");
        assertThatThrownBy(() -> reader("ffffffffffffffffff01").size())
                .hasMessageEndingWith("a size of 18446744073709551615");
        assertThat(reader("8080808008").size()).isEqualTo(1L << 31);
    }

    @ParameterizedTest
    @ValueSource(strings = {"01", "ffffffff07", "05aabbccdd"})
    void counted_bytes_that_are_not_there_are_not_allocated(String hex) {
        assertThatThrownBy(() -> reader(hex).counted())
                .isInstanceOf(MalformedEncodingException.class)
                .hasMessage("stored metadata cannot be read: it ends too early");
    }

    @Test
    void bytes_that_nobody_read_are_malformed() {
        var in = reader("0102");
        in.u8();

        assertThatThrownBy(in::requireEnd).hasMessage("stored metadata cannot be read: 1 bytes too many");
    }

    @Test
    void what_was_written_is_read() {
        long seed = 20260228;
        var random = new Random(seed);
        for (int round = 0; round < 1000; round++) {
            long number = random.nextLong() >>> random.nextInt(64);
            var bytes = new byte[random.nextInt(600)];
            random.nextBytes(bytes);

            var in = new BinaryReader(new BinaryWriter()
                    .varint(number)
                    .signed(number)
                    .u8(round)
                    .u32((int) number)
                    .u64(number)
                    .counted(bytes)
                    .raw(bytes)
                    .text("caf\u00e9")
                    .toBytes());

            assertThat(in.varint()).as("seed %d round %d", seed, round).isEqualTo(number);
            assertThat(in.signed()).isEqualTo(number);
            assertThat(in.u8()).isEqualTo(round & 0xFF);
            assertThat(in.u32()).isEqualTo((int) number);
            assertThat(in.u64()).isEqualTo(number);
            assertThat(in.counted()).isEqualTo(bytes);
            assertThat(in.raw(bytes.length)).isEqualTo(bytes);
            assertThat(in.text()).isEqualTo("caf\u00e9");
            in.requireEnd();
        }
    }

    @Test
    void a_part_of_an_array_is_read_to_its_end() {
        var in = new BinaryReader(new byte[] {1, 2, 3, 4}, 1, 2);

        assertThat(in.raw(2)).containsExactly(2, 3);
        assertThat(in.atEnd()).isTrue();
        assertThatThrownBy(in::u8).isInstanceOf(MalformedEncodingException.class);
    }

    @Test
    void bytes_are_compared_by_content_and_cannot_be_changed_from_outside() {
        var source = new byte[] {1, 2};
        var bytes = Bytes.of(source);
        source[0] = 9;
        bytes.toArray()[0] = 9;

        assertThat(bytes).isEqualTo(Bytes.of(new byte[] {1, 2})).hasSameHashCodeAs(Bytes.of(new byte[] {1, 2}));
        assertThat(bytes).isNotEqualTo(Bytes.of(new byte[] {1})).hasToString("Bytes[2]");
    }

    private static BinaryReader reader(String hex) {
        return new BinaryReader(HexFormat.of().parseHex(hex));
    }
}
