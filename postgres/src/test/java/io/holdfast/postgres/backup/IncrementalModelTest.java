package io.holdfast.postgres.backup;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Random histories of relations, a backup now and then upon any earlier one, and every one of them restored. */
class IncrementalModelTest {

    private static final int SEEDS = Boolean.getBoolean("holdfast.torture") ? 300 : 5;
    private static final int BACKUPS = 12;

    @TempDir
    Path folder;

    private Random random = new Random();
    private IncrementalModel model;
    private final List<ModelledRelation> relations = new ArrayList<>();
    private long time = 1_600_000_000_000L;

    @BeforeEach
    void begin() {
        model = new IncrementalModel(folder);
    }

    @AfterEach
    void end() {
        model.close();
    }

    static LongStream seeds() {
        return LongStream.range(0, SEEDS);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void every_backup_of_a_random_history_restores_to_what_was_there(long seed) {
        random = new Random(seed);
        for (int number = 0; number < 6; number++) {
            relations.add(model.relation(16384 + number));
        }
        var taken = new ArrayList<IncrementalModel.Taken>();
        for (int i = 0; i < BACKUPS; i++) {
            changes(random.nextInt(40));
            var parent = taken.isEmpty() ? Optional.<IncrementalModel.Taken>empty() : Optional.of(parent(taken));
            if (parent.isPresent() && random.nextInt(3) == 0) {
                var of = taken.get(random.nextInt(taken.size())).manifest().id();
                model.repack(parent.get(), of);
            }
            taken.add(model.take(
                    parent, random.nextInt(8) > 0, () -> changes(random.nextInt(3) == 0 ? random.nextInt(8) : 0)));
            model.assertWithinBounds(taken.getLast());
            model.repacked(taken.getLast());
        }
        for (int i = 0; i < BACKUPS / 2; i++) {
            var delta = model.assertRestoresUpon(taken.get(random.nextInt(BACKUPS)));
            spoil(delta);
        }
        taken.forEach(model::assertRestores);
    }

    /** Mostly the newest. */
    private IncrementalModel.Taken parent(List<IncrementalModel.Taken> taken) {
        return random.nextInt(4) > 0 ? taken.getLast() : taken.get(random.nextInt(taken.size()));
    }

    private void changes(int count) {
        for (int i = 0; i < count; i++) {
            change(relations.get(random.nextInt(relations.size())));
        }
        untracked();
    }

    private void change(ModelledRelation relation) {
        switch (random.nextInt(12)) {
            case 0 -> {
                relation.drop();
                relation.create();
                model.limited(relation, 0);
            }
            case 1 -> {
                int to = random.nextInt(relation.blocks() + 1);
                relation.truncate(to);
                model.limited(relation, to);
            }
            case 2 -> {
                int to = Math.max(0, relation.blocks() - random.nextInt(3));
                relation.truncate(to);
                model.limited(relation, to);
            }
            case 3, 4 -> grow(relation, random.nextInt(1, 30), random.nextBoolean());
            case 5 -> grow(relation, 1, random.nextBoolean());
            case 6 -> {
                relation.truncate(random.nextBoolean() ? 0 : relation.blocks() / 2);
                model.limited(relation, relation.blocks());
                grow(relation, IncrementalModel.SEGMENT_BLOCKS, false);
            }
            default -> {
                if (relation.blocks() > 0) {
                    int block = random.nextInt(relation.blocks());
                    relation.write(block, page());
                    model.changed(relation, block);
                }
            }
        }
    }

    /** By zeros of which no WAL tells, as bulk extension does; or by content. */
    private void grow(ModelledRelation relation, int by, boolean told) {
        if (relation.blocks() + by >= IncrementalModel.SEGMENT_BLOCKS * 3) {
            return;
        }
        if (relation.blocks() == 0) {
            relation.create();
            model.limited(relation, 0);
        }
        for (int i = 0; i < by; i++) {
            int block = relation.blocks();
            relation.write(block, told ? page() : new byte[IncrementalModel.PAGE]);
            if (told) {
                model.changed(relation, block);
            }
        }
    }

    /** What no summary ever tells of: hint bits, free space, what is no relation. */
    private void untracked() {
        for (var name : List.of("16390", "16384_fsm", "16384_vm", "pg_filenode.map")) {
            if (random.nextInt(3) == 0) {
                write(model.database().resolve(name), random.nextInt(40) * IncrementalModel.PAGE);
            }
        }
    }

    private void write(Path file, int size) {
        try {
            var content = new byte[size];
            random.nextBytes(content);
            Files.write(file, content);
            time += 10;
            Files.setLastModifiedTime(file, FileTime.fromMillis(time));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private byte[] page() {
        var page = new byte[IncrementalModel.PAGE];
        random.nextBytes(page);
        return page;
    }

    /** As a data directory is that is to be restored in place. */
    private void spoil(Path tree) {
        try (var files = Files.walk(tree)) {
            for (var file : files.filter(Files::isRegularFile).toList()) {
                switch (random.nextInt(4)) {
                    case 0 -> Files.delete(file);
                    case 1 -> {
                        var content = Files.readAllBytes(file);
                        if (content.length > 0) {
                            content[random.nextInt(content.length)] ^= 1;
                        }
                        Files.write(file, content);
                    }
                    default -> {}
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
