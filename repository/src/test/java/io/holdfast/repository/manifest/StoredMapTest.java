package io.holdfast.repository.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.repository.binary.MalformedEncodingException;
import io.holdfast.repository.frame.FrameLocation;
import io.holdfast.repository.pack.BackupId;
import io.holdfast.repository.pack.FrameReference;
import io.holdfast.repository.pack.PackId;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class StoredMapTest {

    private static final int BLOCK = 8192;
    private static final int FRAME = 262_144;
    private static final int BLOCKS_IN_FRAME = FRAME / BLOCK;

    private final Samples samples = new Samples(7);

    @Test
    void one_changed_block_of_a_gigabyte_costs_a_hundred_bytes() {
        var stored = alone(new FrameMap(BLOCK, extents(4096), List.of()));
        var next = stored.map()
                .revised(stored.map().extents(), _ -> false, List.of(Overlay.of(frame(), samples.hash(), List.of(9))));

        var encoded = stored.encodeNext(next);

        assertThat(encoded).hasSizeLessThan(100);
        assertThat(layered(encoded, stored)).isEqualTo(next);
    }

    @Test
    void a_map_stands_by_itself_when_half_of_it_differs() {
        var stored = alone(new FrameMap(BLOCK, extents(100), List.of()));
        var changed = new ArrayList<>(stored.map().extents());
        for (int i = 0; i < 60; i++) {
            changed.set(i, extent());
        }
        var next = stored.map().revised(changed, _ -> false, List.of());

        assertThat(FrameMapCodec.decode(stored.encodeNext(next))).isEqualTo(new FrameMapCodec.Decoded.Whole(next));
    }

    @Test
    void a_map_that_grows_or_shrinks_is_decoded_upon_its_base() {
        for (int size : new int[] {1, 99, 100, 101, 120}) {
            var stored = alone(new FrameMap(BLOCK, extents(100), List.of()));
            var extents = new ArrayList<>(stored.map().extents().subList(0, Math.min(size, 100)));
            while (extents.size() < size) {
                extents.add(extent());
            }
            var next = stored.map().revised(extents, _ -> false, List.of());

            assertThat(layered(next.encodeUpon(stored.base(), stored.baseExtents()), stored))
                    .isEqualTo(next);
        }
    }

    @Test
    void a_base_that_builds_on_another_is_malformed() {
        var base = new FrameMap(BLOCK, extents(2), List.of());
        var upon = base.encodeUpon(frame(), base.extents());
        var decoded = (FrameMapCodec.Decoded.Layered) FrameMapCodec.decode(upon);

        assertThatThrownBy(() -> decoded.upon(new FrameMap(BLOCK, extents(1), List.of())))
                .isInstanceOf(MalformedEncodingException.class);
    }

    @Test
    void a_block_in_force_in_two_overlays_is_malformed() {
        var twice = new FrameMap(
                BLOCK,
                extents(1),
                List.of(
                        Overlay.of(frame(), samples.hash(), List.of(1, 2)),
                        Overlay.of(frame(), samples.hash(), List.of(2, 3))));

        assertThatThrownBy(() -> FrameMapCodec.decode(twice.encode()))
                .isInstanceOf(MalformedEncodingException.class)
                .hasMessageContaining("block 2 in two overlays");
    }

    @Test
    void a_block_beyond_every_map_is_malformed() {
        var far = new FrameMap(
                BLOCK, extents(1), List.of(Overlay.of(frame(), samples.hash(), List.of(FrameMap.MOST_BLOCKS))));

        assertThatThrownBy(() -> FrameMapCodec.decode(far.encode()))
                .isInstanceOf(MalformedEncodingException.class)
                .hasMessageContaining("block 16777216 in one map");
    }

    /** A model of the file, block by block, is changed as the map is; the map must always point to the model's newest content. */
    @Test
    void each_block_comes_from_where_it_was_last_written() {
        for (long seed = 0; seed < 200; seed++) {
            var random = new Random(seed);
            var map = new FrameMap(BLOCK, extents(1 + random.nextInt(6)), List.of());
            var model = new TreeMap<Integer, FrameReference>();
            fromExtents(map, 0, model);
            for (int step = 0; step < 12; step++) {
                map = change(map, model, random);

                assertThat(sources(map)).as("seed %d step %d", seed, step).isEqualTo(model);
                assertThat(FrameMapCodec.decode(map.encode())).isEqualTo(new FrameMapCodec.Decoded.Whole(map));
            }
        }
    }

    private FrameMap change(FrameMap map, SortedMap<Integer, FrameReference> model, Random random) {
        var extents = new ArrayList<>(map.extents());
        switch (random.nextInt(4)) {
            case 0 -> extents.add(extent());
            case 1 ->
                extents.subList(1 + random.nextInt(extents.size()), extents.size())
                        .clear();
            case 2 -> extents.set(random.nextInt(extents.size()), extent());
            default -> {}
        }
        var blocks = new TreeSet<Integer>();
        for (int i = random.nextInt(40); i > 0; i--) {
            blocks.add(random.nextInt(extents.size() * BLOCKS_IN_FRAME));
        }
        List<Overlay> added =
                blocks.isEmpty() ? List.of() : List.of(Overlay.of(frame(), samples.hash(), List.copyOf(blocks)));

        var before = map.extents();
        var next = map.revised(extents, _ -> false, added);

        model.tailMap(extents.size() * BLOCKS_IN_FRAME).clear();
        for (int i = 0; i < extents.size(); i++) {
            if (i >= before.size() || !before.get(i).equals(extents.get(i))) {
                for (int block = i * BLOCKS_IN_FRAME; block < (i + 1) * BLOCKS_IN_FRAME; block++) {
                    model.put(block, extents.get(i).frame());
                }
            }
        }
        added.forEach(overlay -> overlay.blocks().forEach(block -> model.put(block, overlay.frame())));
        return next;
    }

    private static SortedMap<Integer, FrameReference> sources(FrameMap map) {
        var sources = new TreeMap<Integer, FrameReference>();
        fromExtents(map, 0, sources);
        map.overlays().forEach(overlay -> overlay.alive().forEach(block -> sources.put(block, overlay.frame())));
        return sources;
    }

    private static void fromExtents(FrameMap map, int first, SortedMap<Integer, FrameReference> sources) {
        for (int i = first; i < map.extents().size(); i++) {
            for (int block = i * BLOCKS_IN_FRAME; block < (i + 1) * BLOCKS_IN_FRAME; block++) {
                sources.put(block, map.extents().get(i).frame());
            }
        }
    }

    private static FrameMap layered(byte[] encoded, StoredMap base) {
        return ((FrameMapCodec.Decoded.Layered) FrameMapCodec.decode(encoded)).upon(base.map());
    }

    private StoredMap alone(FrameMap map) {
        var reference = frame();
        return new StoredMap(map, reference, reference, map.extents());
    }

    private List<Extent> extents(int count) {
        var extents = new ArrayList<Extent>();
        while (extents.size() < count) {
            extents.add(extent());
        }
        return extents;
    }

    private int frames;

    private Extent extent() {
        return new Extent(frame(), 0, FRAME, samples.hash());
    }

    /** Each another one. */
    private FrameReference frame() {
        frames++;
        return new FrameReference(
                new PackId(new BackupId("20260228-235958F"), PackId.Kind.DATA, 1 + frames / 250),
                new FrameLocation(frames % 250, 48 + (frames % 250) * 262_200L, 262_168, FRAME));
    }
}
