package io.holdfast.repository.store.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.repository.store.ObjectExistsException;
import io.holdfast.repository.store.ObjectKey;
import io.holdfast.repository.store.ObjectStore;
import io.holdfast.testkit.ObjectStoreContract;
import io.holdfast.testkit.StoredObjects;
import io.holdfast.testkit.programs.NeedsS3Server;
import io.holdfast.testkit.programs.S3Server;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** In a bucket that keeps versions; with pages so small that the objects of a test fill several. */
@NeedsS3Server
class S3StoreOfVersionsIT extends ObjectStoreContract {

    private static final String BUCKET = "kept-versions";

    private int pageSize = 20;
    private final S3Settings settings =
            S3Server.get().settings(BUCKET, S3Server.get().port());

    @BeforeAll
    static void makeBucket() {
        S3Server.get().makeVersionedBucket(BUCKET);
    }

    @Override
    protected int effort(int usual) {
        return Boolean.getBoolean("holdfast.torture") ? usual : usual / 4 + 1;
    }

    @Override
    protected ObjectStore openEmptyStore() {
        return S3Store.openWithPages(settings, Thread::sleep, new Random(), pageSize);
    }

    @Test
    void what_is_put_over_an_object_or_deletes_it_changes_nothing() {
        var key = ObjectKey.of("manifest", "b1");
        StoredObjects.put(store(), key, new byte[] {1, 2, 3});
        var before = store().find(key);

        behind(requests -> requests.put(path(key), "", "not the object"));
        assertThat(StoredObjects.content(store(), key)).containsExactly(1, 2, 3);
        behind(requests -> requests.delete(path(key)));

        assertThat(store().find(key)).isEqualTo(before);
        assertThat(StoredObjects.content(store(), key)).containsExactly(1, 2, 3);
        assertThat(keys()).containsExactly("manifest/b1");
        assertThatThrownBy(() -> StoredObjects.put(store(), key, new byte[] {9}))
                .isInstanceOf(ObjectExistsException.class);
        assertThat(StoredObjects.content(store(), key)).containsExactly(1, 2, 3);
    }

    @Test
    void a_removal_leaves_no_version_behind() {
        var key = ObjectKey.of("manifest", "b1");
        StoredObjects.put(store(), key, new byte[] {1, 2, 3});
        behind(requests -> requests.put(path(key), "", "not the object"));
        behind(requests -> requests.delete(path(key)));

        store().remove(key);

        assertThat(store().find(key)).isEmpty();
        assertThat(keys()).isEmpty();
    }

    @Test
    void neither_many_versions_nor_what_was_deleted_hides_anything_from_a_listing_in_pages() {
        var texts = Stream.of("a", "a-1", "a-2", "a-3", "a-4", "a.1", "a.2", "a/1", "a0", "b/1", "b-1", "b-2", "c", "-")
                .sorted()
                .toList();
        closeStore();
        pageSize = 3;
        openStore();
        texts.forEach(text -> StoredObjects.put(store(), new ObjectKey("wal/" + text), new byte[] {1}));
        for (var text : List.of("a", "a-2", "a0", "b/1")) {
            for (var i = 0; i < 5; i++) {
                behind(requests -> requests.put(path(new ObjectKey("wal/" + text)), "", "not the object"));
            }
            behind(requests -> requests.delete(path(new ObjectKey("wal/" + text))));
        }

        assertThat(keys()).isEqualTo(texts.stream().map(text -> "wal/" + text).toList());
        for (var text : texts) {
            assertThat(StoredObjects.content(store(), new ObjectKey("wal/" + text)))
                    .containsExactly(1);
            store().remove(new ObjectKey("wal/" + text));
        }
        assertThat(keys()).isEmpty();
    }

    private interface Deed {
        void by(io.holdfast.embedded.s3.SignedRequests requests);
    }

    private static void behind(Deed deed) {
        deed.by(S3Server.get().requests());
    }

    private String path(ObjectKey key) {
        return "/%s/%s%s".formatted(BUCKET, settings.prefix(), key);
    }
}
