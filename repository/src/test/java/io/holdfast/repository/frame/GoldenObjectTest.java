package io.holdfast.repository.frame;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.repository.MemoryStore;
import io.holdfast.repository.SeededRandom;
import io.holdfast.repository.key.TestKeys;
import io.holdfast.repository.store.ObjectKey;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** Format 0, byte by byte: whoever changes these bytes changes the format. Raise the version then. */
class GoldenObjectTest {

    record Text(String text) {}

    private static final ObjectKey PACK = new ObjectKey("backup/20260228-235958F/data-00000001");
    private static final ObjectKey DOCUMENT = new ObjectKey("generation/00000001");

    private static final String STORED_PACK = "48464f3000010000000000010000000039722cbbf8b91a4b9045c5e6175f1001"
            + "eac32f7fcd5eccda5c6e62fc4e63850800000018000000080ed2d2471fb1f153"
            + "ac0e35bcd83cc7571fe7dbdebd44c3fd00000010000000003bacbdc89013aabb"
            + "07719892d6a4720c8000001600000006522ef61caa1695b63ad6d05796f2678f"
            + "7cd60510eff6000000020000001e";

    private static final String STORED_DOCUMENT = "48464f3000020000000000010000000039722cbbf8b91a4b9045c5e6175f1001"
            + "eac32f7fcd5eccda5c6e62fc4e63850800000036800001ff4e0891de192f82c2"
            + "30911247b7acd3cb8675fc00677e5f5708482ca481a52680c19cfe7bf792a8a8"
            + "0cf3eeb1f3255d6dd6492f7bfb1180000010000000001b3b98719bc7f9c3eb97"
            + "8c3f329554df0000000100000018";

    private final MemoryStore store = new MemoryStore();
    private final SealedObjects objects = new SealedObjects(store, () -> TestKeys.ring(1), new SeededRandom(2));

    @Test
    void a_pack_is_written_as_ever() {
        try (var writer = objects.create(PACK, ObjectType.PACK)) {
            writer.append(Sealed.ascii("holdfast"), 0, 8);
            writer.append(new byte[0], 0, 0);
            writer.finish(Sealed.ascii("footer"));
        }

        assertThat(HexFormat.of().formatHex(store.content(PACK))).isEqualTo(STORED_PACK);
    }

    @Test
    void a_pack_is_read_as_ever() {
        store.tamper(PACK, HexFormat.of().parseHex(STORED_PACK));

        assertThat(Sealed.read(objects, PACK))
                .containsExactly(Sealed.ascii("holdfast"), new byte[0], Sealed.ascii("footer"));
    }

    /** Reading only: another version of zstd may compress otherwise, and is no other format. */
    @Test
    void a_compressed_document_is_read_as_ever() {
        store.tamper(DOCUMENT, HexFormat.of().parseHex(STORED_DOCUMENT));

        assertThat(objects.readDocument(DOCUMENT, Text.class)).isEqualTo(new Text("hold fast ".repeat(50)));
    }
}
