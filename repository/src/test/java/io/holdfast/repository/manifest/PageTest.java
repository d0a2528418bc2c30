package io.holdfast.repository.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.holdfast.repository.binary.BinaryWriter;
import io.holdfast.repository.binary.MalformedEncodingException;
import io.holdfast.repository.frame.FrameLocation;
import io.holdfast.repository.frame.NewerFormatException;
import io.holdfast.repository.manifest.FileEntry.Content;
import io.holdfast.repository.pack.BackupId;
import io.holdfast.repository.pack.FrameReference;
import io.holdfast.repository.pack.PackId;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PageTest {

    @Test
    void what_was_encoded_is_decoded() {
        for (long seed = 0; seed < 100; seed++) {
            var samples = new Samples(seed);
            var page = new Page(samples.entries((int) seed * 3));

            assertThat(Page.decode(page.encode())).as("seed %d", seed).isEqualTo(page);
        }
    }

    @Test
    void the_bytes_are_those_of_the_format() {
        var frame = new FrameReference(
                new PackId(new BackupId("20260228-235958I"), PackId.Kind.DATA, 1), new FrameLocation(0, 48, 34, 10));
        var page = new Page(List.of(
                new FileEntry.Folder(new FilePath("data/a"), 0700, -1),
                new FileEntry.File(new FilePath("data/ab"), 0600, 1, 10, new Content.Mapped(List.of(frame))),
                new FileEntry.File(new FilePath("data/b"), 0600, 0, 0, new Content.Empty()),
                new FileEntry.Link(new FilePath("data/c"), 0777, 0, "/x")));

        assertThat(HexFormat.of().formatHex(page.encode()))
                .isEqualTo(
                        "00" // version
                                + "01" + hex("20260228-235958I") + "0001" // pack table
                                + "04"
                                + "0006" + hex("data/a") + "00c00301"
                                + "0601" + hex("b") + "01800302" + "0a" + "0201" + "000030220a"
                                + "0501" + hex("b") + "01800300" + "00" + "00"
                                + "0501" + hex("c") + "02ff0300" + "02" + hex("/x"));
    }

    @Test
    void every_truncation_is_malformed() {
        for (long seed = 0; seed < 10; seed++) {
            var encoded = new Page(new Samples(seed).entries(20)).encode();
            for (int length = 0; length < encoded.length; length++) {
                var cut = Arrays.copyOf(encoded, length);

                assertThat(catchThrowable(() -> Page.decode(cut)))
                        .as("seed %d cut to %d", seed, length)
                        .isInstanceOf(MalformedEncodingException.class);
            }
        }
    }

    @Test
    void any_other_change_is_another_page_or_an_error_of_ours() {
        for (long seed = 0; seed < 20; seed++) {
            var encoded = new Page(new Samples(seed).entries(20)).encode();
            var random = new Random(seed);
            for (int i = 0; i < 2000; i++) {
                var changed = encoded.clone();
                changed[random.nextInt(changed.length)] = (byte) random.nextInt();
                var thrown = catchThrowable(() -> Page.decode(changed));

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
        assertThatThrownBy(() -> Page.decode(new BinaryWriter().varint(1L << 32).toBytes()))
                .hasMessage("a page has format 4294967296, this holdfast reads up to 0");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"..", "data/../../etc/passwd", "/etc/passwd", "data//x", "data/", "./x", "data/x\u0000y", ""})
    void a_path_that_leaves_its_backup_is_malformed(String path) {
        var encoded = new BinaryWriter()
                .varint(0)
                .varint(0)
                .varint(1)
                .varint(0)
                .counted(path.getBytes(StandardCharsets.ISO_8859_1))
                .u8(0)
                .varint(0700)
                .signed(0)
                .toBytes();

        assertThatThrownBy(() -> Page.decode(encoded))
                .hasMessage("stored metadata cannot be read: a path that leaves its backup");
        assertThatThrownBy(() -> new FilePath(path))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("not a path in a backup: '%s'", path);
    }

    @ParameterizedTest
    @ValueSource(strings = {"data/..x", "data/x..", "data/.x", "data/...", "data/a b'\"\n", "data/\u00ff\u00fe"})
    void a_strange_path_is_none_the_less_a_path(String text) {
        assertThat(FilePath.ofBytes(new FilePath(text).bytes())).hasToString(text);
    }

    @Test
    void a_path_is_bytes_and_nothing_that_bytes_cannot_hold() {
        assertThatThrownBy(() -> new FilePath("data/\u20ac")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void paths_are_ordered_by_their_bytes() {
        var low = FilePath.ofBytes(new byte[] {'d', '/', 0x7f});
        var high = FilePath.ofBytes(new byte[] {'d', '/', (byte) 0x80});

        assertThat(low).isLessThan(high);
    }

    @Test
    void one_new_file_among_ten_thousand_changes_at_most_two_pages() {
        var random = new Random(20260228);
        var paths = IntStream.range(0, 10_000)
                .mapToObj(i -> new FilePath("data/base/16384/%d".formatted(16_384 + 7 * i)))
                .sorted()
                .toList();
        var before = pages(paths);
        assertThat(before).hasSizeBetween(20, 80);

        for (int round = 0; round < 50; round++) {
            var more = new ArrayList<>(paths);
            more.add(new FilePath("data/base/16384/%d_vm".formatted(16_384 + 7 * random.nextInt(10_000))));
            var after = pages(more.stream().sorted().toList());
            after.removeAll(new HashSet<>(before));

            assertThat(after).as("round %d", round).hasSizeLessThanOrEqualTo(2);
        }
    }

    @Test
    void a_page_of_small_files_costs_less_than_sixty_bytes_each() {
        var samples = new Samples(1);
        var pack = new PackId(new BackupId("20260228-235958F"), PackId.Kind.DATA, 1);
        var entries = IntStream.range(0, 1000)
                .<FileEntry>mapToObj(i -> new FileEntry.File(
                        new FilePath("data/base/16384/%06d".formatted(16_384 + 7 * i)),
                        0600,
                        1_772_323_198_123L,
                        8192,
                        new Content.Single(new Extent(
                                new FrameReference(
                                        pack, new FrameLocation(i / 100, 48 + i / 100 * 200_000L, 200_000, 819_200)),
                                i % 100 * 8192,
                                8192,
                                samples.hash()))))
                .toList();

        double each = new Page(entries).encode().length / 1000.0;

        System.out.printf("page: %.2f bytes per small file%n", each);
        assertThat(each).isLessThan(60);
    }

    private static List<List<FilePath>> pages(List<FilePath> paths) {
        var pages = new ArrayList<List<FilePath>>();
        var page = new ArrayList<FilePath>();
        for (var path : paths) {
            page.add(path);
            if (Page.endsAfter(path) || page.size() == Page.MOST_ENTRIES) {
                pages.add(List.copyOf(page));
                page.clear();
            }
        }
        pages.add(List.copyOf(page));
        return pages;
    }

    private static String hex(String text) {
        return HexFormat.of().formatHex(text.getBytes(StandardCharsets.ISO_8859_1));
    }
}
