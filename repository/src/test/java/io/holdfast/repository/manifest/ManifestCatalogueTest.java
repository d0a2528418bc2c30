package io.holdfast.repository.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.repository.MemoryStore;
import io.holdfast.repository.SeededRandom;
import io.holdfast.repository.binary.MalformedEncodingException;
import io.holdfast.repository.document.Json;
import io.holdfast.repository.frame.FrameLocation;
import io.holdfast.repository.frame.NewerFormatException;
import io.holdfast.repository.frame.SealedObjects;
import io.holdfast.repository.key.TestKeys;
import io.holdfast.repository.manifest.FileEntry.Content;
import io.holdfast.repository.pack.BackupId;
import io.holdfast.repository.pack.FrameReference;
import io.holdfast.repository.pack.PackId;
import io.holdfast.repository.pack.PackWriter;
import io.holdfast.repository.store.ObjectExistsException;
import io.holdfast.repository.store.ObjectKey;
import io.holdfast.repository.store.ObjectMissingException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ObjectNode;

class ManifestCatalogueTest {

    private static final BackupId FIRST = new BackupId("20260115-020000F");
    private static final BackupId SECOND = new BackupId("20260228-235958I");

    private final MemoryStore store = new MemoryStore();
    private final SealedObjects objects = new SealedObjects(store, () -> TestKeys.ring(1), new SeededRandom(1));
    private final ManifestCatalogue catalogue = new ManifestCatalogue(store, objects);

    @AfterEach
    void nothing_is_left_open() {
        assertThat(store.leaks()).isZero();
    }

    @Test
    void what_was_committed_is_listed_in_order_and_read() {
        var second = manifest(SECOND, Optional.of(FIRST), List.of(reference(2), reference(3)));
        var first = manifest(FIRST, Optional.empty(), List.of());
        catalogue.commit(second);
        catalogue.commit(first);

        assertThat(catalogue.ids()).containsExactly(FIRST, SECOND);
        assertThat(catalogue.read(FIRST)).isEqualTo(first);
        assertThat(catalogue.read(SECOND)).isEqualTo(second);
    }

    @Test
    void what_is_no_manifest_is_not_listed() {
        store.tamper(new ObjectKey("manifest/notes.txt"), new byte[3]);
        store.tamper(new ObjectKey("manifest/deeper/20260115-020000F"), new byte[3]);
        store.tamper(new ObjectKey("manifests/20260115-020000F"), new byte[3]);

        assertThat(catalogue.ids()).isEmpty();
    }

    @Test
    void a_backup_is_committed_once() {
        catalogue.commit(manifest(FIRST, Optional.empty(), List.of()));

        assertThatThrownBy(() -> catalogue.commit(manifest(FIRST, Optional.empty(), List.of(reference(9)))))
                .isInstanceOf(ObjectExistsException.class);
        assertThat(catalogue.read(FIRST).catalogue()).isEmpty();
    }

    @Test
    void a_missing_one_says_which() {
        assertThatThrownBy(() -> catalogue.read(FIRST))
                .isInstanceOf(ObjectMissingException.class)
                .hasMessage("object 'manifest/20260115-020000F' is missing in memory");
    }

    /** Each may be a request over a network, and there may be thousands of manifests. */
    @Test
    void every_manifest_costs_two_operations_of_the_store() {
        catalogue.commit(manifest(FIRST, Optional.empty(), List.of(reference(1))));
        catalogue.commit(manifest(SECOND, Optional.of(FIRST), List.of(reference(2))));

        store.failAt(1 + 2 * 2 + 1); // the listing, opening and reading each, and one too many

        assertThat(catalogue.readAll()).hasSize(2);
    }

    @Test
    void members_of_a_newer_program_are_ignored() {
        var manifest = manifest(FIRST, Optional.empty(), List.of(reference(1)));
        var document = document(manifest).put("colour", "red");
        ((ObjectNode) document.get("totals")).put("holes", 3);
        objects.createDocument(FIRST.manifestKey(), document);

        assertThat(catalogue.read(FIRST)).isEqualTo(manifest);
    }

    @Test
    void a_newer_version_is_refused_even_if_nothing_else_is_known() {
        objects.createDocument(
                FIRST.manifestKey(), Json.mapper().createObjectNode().put("version", 1));

        assertThatThrownBy(() -> catalogue.read(FIRST))
                .isInstanceOf(NewerFormatException.class)
                .hasMessage("the manifest of backup 20260115-020000F has format 1, this holdfast reads up to 0");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "version",
                "id",
                "generation",
                "begun",
                "completed",
                "deadline",
                "frameSize",
                "samenessEpoch",
                "catalogue",
                "totals",
                "postgres"
            })
    void one_that_lacks_a_member_is_malformed(String member) {
        var document = document(manifest(FIRST, Optional.empty(), List.of(reference(1))));
        document.remove(member);
        objects.createDocument(FIRST.manifestKey(), document);

        assertThatThrownBy(() -> catalogue.read(FIRST))
                .isInstanceOf(MalformedEncodingException.class)
                .hasMessage(
                        "stored metadata cannot be read: 'manifest/20260115-020000F' does not hold what its name says");
    }

    @Test
    void one_with_pages_or_names_that_cannot_be_is_malformed() {
        var document = document(manifest(FIRST, Optional.empty(), List.of(reference(1))));
        document.putArray("catalogue").addNull();
        objects.createDocument(FIRST.manifestKey(), document);
        var other = document(manifest(SECOND, Optional.empty(), List.of()));
        other.put("id", "yesterday's");
        objects.createDocument(SECOND.manifestKey(), other);

        assertThatThrownBy(() -> catalogue.read(FIRST)).isInstanceOf(MalformedEncodingException.class);
        assertThatThrownBy(() -> catalogue.read(SECOND)).isInstanceOf(MalformedEncodingException.class);
    }

    @Test
    void sixty_thousand_small_files_are_written_and_listed_in_seconds() {
        var began = System.nanoTime();
        var pages = new ArrayList<FrameReference>();
        var number = new AtomicInteger();
        var samples = new Samples(1);
        var data = reference(1);
        long encoded = 0;
        FrameReference list;
        try (var writer = new PackWriter(objects, () -> new PackId(FIRST, PackId.Kind.MAP, number.incrementAndGet()))) {
            var page = new ArrayList<FileEntry>();
            for (int i = 0; i < 60_000; i++) {
                var path = new FilePath("data/base/%05d/%06d".formatted(i / 1000, i));
                page.add(new FileEntry.File(
                        path, 0600, i, 100, new Content.Single(new Extent(data, 0, 100, samples.hash()))));
                if (Page.endsAfter(path) || page.size() == Page.MOST_ENTRIES || i == 59_999) {
                    var bytes = new Page(page).encode();
                    encoded += bytes.length;
                    pages.add(append(writer, bytes));
                    page.clear();
                }
            }
            list = append(writer, new PageList(pages).encode());
            writer.finish();
        }
        catalogue.commit(manifest(FIRST, Optional.empty(), List.of(list)));

        var manifest = catalogue.read(FIRST);
        try (var entries = catalogue.entries(manifest)) {
            assertThat(entries.filter(entry -> entry.mode() == 0600).count()).isEqualTo(60_000);
        }

        var took = Duration.ofNanos(System.nanoTime() - began);
        System.out.printf(
                "60,000 files: %d pages, %d bytes encoded, manifest %d bytes, pack %d bytes, %d ms%n",
                pages.size(),
                encoded,
                store.content(FIRST.manifestKey()).length,
                store.content(new PackId(FIRST, PackId.Kind.MAP, 1).key()).length,
                took.toMillis());
        assertThat(took).isLessThan(Duration.ofSeconds(20));
        assertThat(store.content(FIRST.manifestKey())).hasSizeLessThan(2 * 1024);
    }

    @Test
    void entries_stop_reading_when_they_are_closed() {
        var number = new AtomicInteger();
        var pages = new ArrayList<FrameReference>();
        FrameReference list;
        try (var writer = new PackWriter(objects, () -> new PackId(FIRST, PackId.Kind.MAP, number.incrementAndGet()))) {
            for (long seed = 0; seed < 3; seed++) {
                var bytes = new Page(new Samples(seed).entries(10)).encode();
                pages.add(append(writer, bytes));
            }
            list = append(writer, new PageList(pages).encode());
            writer.finish();
        }

        try (var entries = catalogue.entries(manifest(FIRST, Optional.empty(), List.of(list)))) {
            assertThat(entries.findFirst()).contains(new Samples(0).entries(10).getFirst());
        }
    }

    private static FrameReference append(PackWriter writer, byte[] bytes) {
        return writer.append(bytes, 0, bytes.length);
    }

    private static FrameReference reference(int number) {
        return new FrameReference(new PackId(FIRST, PackId.Kind.MAP, number), new FrameLocation(0, 48, 200, 1000));
    }

    private static ObjectNode document(Manifest manifest) {
        return Json.mapper().valueToTree(manifest);
    }

    private static Manifest manifest(BackupId id, Optional<BackupId> parent, List<FrameReference> catalogue) {
        return new Manifest(
                Manifest.VERSION,
                id,
                1,
                parent,
                Instant.parse("2026-02-28T23:59:58Z"),
                Instant.parse("2026-03-01T00:00:01.5Z"),
                Instant.parse("2026-03-01T23:59:58Z"),
                1024 * 1024,
                1,
                catalogue,
                new Manifest.Totals(3, 4, 5, 6),
                Json.mapper().createObjectNode().put("systemIdentifier", "7392478921734"));
    }
}
