package io.holdfast.postgres.backup;

import static io.holdfast.postgres.backup.IncrementalModel.FRAME_BLOCKS;
import static io.holdfast.postgres.backup.IncrementalModel.PAGE;
import static io.holdfast.postgres.backup.IncrementalModel.SEGMENT_BLOCKS;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The edges of what an incremental backup takes from its parent, one by one, in frames of eight blocks. */
class SharedFramesTest {

    private static final int FRAMES = 4;
    private static final int BLOCKS = FRAMES * FRAME_BLOCKS;

    @TempDir
    Path folder;

    private IncrementalModel model;
    private ModelledRelation relation;
    private byte fill = 1;

    @BeforeEach
    void begin() {
        begin(SEGMENT_BLOCKS);
    }

    private void begin(int segmentBlocks) {
        model = new IncrementalModel(folder.resolve(Integer.toString(segmentBlocks)), segmentBlocks);
        relation = model.relation(16384);
        relation.create();
    }

    @AfterEach
    void end() {
        model.close();
    }

    private void write(int... blocks) {
        for (int block : blocks) {
            var page = new byte[PAGE];
            Arrays.fill(page, fill++);
            relation.write(block, page);
            model.changed(relation, block);
        }
    }

    private void write(int from, int to) {
        for (int block = from; block < to; block++) {
            write(block);
        }
    }

    /** As bulk extension does, of which there is no WAL. */
    private void growByZeros(int to) {
        for (int block = relation.blocks(); block < to; block++) {
            relation.write(block, new byte[PAGE]);
        }
    }

    private void truncate(int to) {
        relation.truncate(to);
        model.limited(relation, to);
    }

    private IncrementalModel.Taken restorable(IncrementalModel.Taken taken) {
        model.assertRestores(taken);
        model.assertWithinBounds(taken);
        return taken;
    }

    private IncrementalModel.Taken full() {
        return restorable(model.full());
    }

    private IncrementalModel.Taken incremental(IncrementalModel.Taken parent) {
        return restorable(model.incremental(parent));
    }

    private static long read(IncrementalModel.Taken taken) {
        return taken.manifest().totals().readBytes();
    }

    @Test
    void what_did_not_change_is_not_read() {
        write(0, BLOCKS);
        var parent = full();

        assertThat(read(incremental(parent))).isZero();
    }

    @Test
    void a_changed_block_is_all_that_is_read_again_and_again() {
        write(0, BLOCKS);
        var taken = full();
        for (int block : new int[] {0, 0, 7, 8, 31}) {
            write(block);
            taken = incremental(taken);
            assertThat(read(taken)).isEqualTo(PAGE);
        }
    }

    @Test
    void growth_by_one_block_reads_no_more_than_the_last_frame() {
        write(0, BLOCKS - 4);
        var parent = full();
        write(BLOCKS - 4);

        assertThat(read(incremental(parent))).isEqualTo(5 * PAGE);
    }

    @Test
    void growth_by_one_block_behind_a_full_frame_reads_that_block() {
        write(0, BLOCKS);
        var parent = full();
        write(BLOCKS);

        assertThat(read(incremental(parent))).isEqualTo(PAGE);
    }

    @Test
    void growth_by_zeros_that_no_wal_tells_of_is_seen_beside_a_change() {
        write(0, BLOCKS);
        var parent = full();
        growByZeros(BLOCKS + 3);
        write(2);

        incremental(parent);
    }

    @Test
    void growth_by_zeros_alone_is_seen() {
        write(0, BLOCKS);
        var parent = full();
        growByZeros(BLOCKS + 3);

        incremental(parent);
    }

    @Test
    void a_cut_within_a_frame_that_grew_again_by_zeros_brings_nothing_back() {
        write(0, BLOCKS);
        var parent = full();
        truncate(13);
        growByZeros(BLOCKS);

        var taken = incremental(parent);

        write(1);
        incremental(taken);
    }

    @Test
    void a_cut_upon_overlays_that_grew_again_by_zeros_brings_nothing_back() {
        write(0, BLOCKS);
        var parent = full();
        write(10, 14, 20, 30);
        var second = incremental(parent);
        truncate(12);
        growByZeros(BLOCKS);

        incremental(second);
        incremental(parent);
    }

    @Test
    void a_cut_at_the_edge_of_a_frame_reads_nothing() {
        write(0, BLOCKS);
        var parent = full();
        truncate(2 * FRAME_BLOCKS);

        var taken = incremental(parent);

        assertThat(read(taken)).isZero();
        write(2 * FRAME_BLOCKS, BLOCKS);
        incremental(taken);
    }

    @Test
    void a_file_that_shrank_to_nothing_and_grew_again_is_all_new() {
        write(0, BLOCKS);
        var parent = full();
        truncate(0);
        var empty = incremental(parent);
        write(0, 3);
        var small = incremental(empty);
        growByZeros(BLOCKS);
        write(BLOCKS - 1);

        incremental(small);
        incremental(empty);
        incremental(parent);
    }

    /** Cut after the backup has begun: the cut is in no summary of it. */
    @Test
    void a_file_that_is_emptied_while_the_backup_begins_is_empty_in_it() {
        write(0, BLOCKS);
        var parent = full();
        truncate(5);
        write(4);
        var taken = restorable(model.take(Optional.of(parent), true, () -> truncate(0)));

        write(0, 9);
        incremental(taken);
    }

    @Test
    void changes_from_before_the_parent_read_its_files_count() {
        write(0, BLOCKS);
        var parent = full();
        var fuzzy = restorable(model.take(Optional.of(parent), true, () -> write(3, 17)));

        incremental(fuzzy);
    }

    @Test
    void zeros_beneath_overlays_that_come_again_hide_them() {
        growByZeros(BLOCKS);
        var parent = full();
        write(9, 17);
        var second = incremental(parent);
        truncate(0);
        growByZeros(BLOCKS);

        incremental(second);
    }

    @Test
    void a_frame_of_which_more_than_half_changed_is_whole_again() {
        write(0, BLOCKS);
        var taken = full();
        write(0, 4);
        taken = incremental(taken);
        assertThat(read(taken)).isEqualTo(4 * PAGE);
        write(4);

        assertThat(read(incremental(taken))).as("the whole frame").isEqualTo(8 * PAGE);
    }

    @Test
    void overlays_of_which_little_is_left_are_consolidated() {
        write(0, BLOCKS);
        var taken = full();
        write(0, 1, 8, 9, 16, 17, 24, 25);
        taken = incremental(taken);
        for (int block : new int[] {0, 1, 8, 9, 16, 17, 24}) {
            write(block);
            taken = incremental(taken);
        }

        assertThat(read(taken))
                .as("a block, and the last one of the first overlay")
                .isGreaterThanOrEqualTo(PAGE);
    }

    @Test
    void a_small_file_that_is_overlaid_is_shared_whole_or_not() {
        write(0, 3);
        var parent = full();
        write(1);
        var second = incremental(parent);
        write(0, 2);
        var third = incremental(second);
        write(3);

        incremental(incremental(third));
    }

    /** As a crash in the middle of an extension leaves it. */
    @Test
    void a_file_that_ends_within_a_block_is_read_whole() {
        write(0, BLOCKS);
        relation.append(new byte[] {7, 7, 7});
        var parent = full();
        write(3);
        relation.append(new byte[] {8});

        incremental(parent);
    }

    @Test
    void segments_are_told_apart() {
        write(0, SEGMENT_BLOCKS * 2 + 5);
        var parent = full();
        write(SEGMENT_BLOCKS + 3);
        var second = incremental(parent);
        assertThat(read(second)).isEqualTo(PAGE);
        truncate(SEGMENT_BLOCKS + 1);
        growByZeros(SEGMENT_BLOCKS * 2 + 5);

        incremental(second);
    }

    @Test
    void what_was_read_in_doubt_takes_nothing_wrong_from_overlays() {
        write(0, BLOCKS);
        var taken = full();
        write(9, 17);
        taken = incremental(taken);
        write(10);
        taken = restorable(model.take(Optional.of(taken), false, () -> {}));
        write(9);

        incremental(taken);
    }

    @Test
    void a_restore_upon_any_other_state_brings_the_same() {
        write(0, BLOCKS);
        var first = full();
        write(9, 17, 18, 30);
        var second = incremental(first);
        truncate(20);
        write(21);
        var third = incremental(second);

        for (var taken : new IncrementalModel.Taken[] {third, first, second, third, second, first}) {
            model.assertRestoresUpon(taken);
        }
    }

    /** A restore shares large files out in runs of 64 frames. */
    @Test
    void overlays_far_behind_in_a_large_file_come_back_there() {
        end();
        begin(200 * FRAME_BLOCKS);
        write(0, 150 * FRAME_BLOCKS);
        var parent = full();
        write(3, 64 * FRAME_BLOCKS - 1, 64 * FRAME_BLOCKS, 70 * FRAME_BLOCKS + 2, 130 * FRAME_BLOCKS + 5);
        var second = incremental(parent);

        assertThat(read(second)).isEqualTo(5 * PAGE);
        for (var taken : new IncrementalModel.Taken[] {parent, second, parent}) {
            model.assertRestoresUpon(taken);
        }
    }

    private IncrementalModel.Taken repacked(IncrementalModel.Taken parent, IncrementalModel.Taken of) {
        model.repack(parent, of.manifest().id());
        var taken = incremental(parent);
        model.repacked(taken);
        return taken;
    }

    @Test
    void of_a_file_only_the_blocks_are_stored_again_that_are_in_a_pack_that_shall_go() {
        write(0, BLOCKS);
        var first = full();
        // Upon every frame.
        write(1, 9, 17, 25);
        var second = incremental(first);
        write(2);
        var third = incremental(second);

        var fourth = repacked(third, third);
        assertThat(read(fourth)).isEqualTo(PAGE);
        write(3);
        var fifth = repacked(fourth, second);

        assertThat(read(fifth)).isEqualTo(5 * PAGE);
        assertThat(read(incremental(fifth))).isZero();
    }

    @Test
    void of_a_file_only_the_frames_are_stored_again_that_are_in_a_pack_that_shall_go() {
        write(0, FRAME_BLOCKS);
        var first = full();
        write(FRAME_BLOCKS, BLOCKS);
        var second = incremental(first);

        var third = repacked(second, first);

        assertThat(read(third)).isEqualTo(FRAME_BLOCKS * PAGE);
    }
}
