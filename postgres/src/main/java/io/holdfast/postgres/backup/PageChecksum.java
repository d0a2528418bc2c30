package io.holdfast.postgres.backup;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * The checksum of a data page: 32 parallel FNV-1a sums with a shift mixed in. Source:
 * src/include/storage/checksum_impl.h. Eight sums at a time are kept in local variables, which the compiler keeps in
 * registers and overlaps; the inner loop over an array of sums is five times slower.
 */
final class PageChecksum {

    private static final int PRIME = 16777619;
    private static final int SUMS = 32;

    private static final int[] BASE = {
        0x5B1F36E9, 0xB8525960, 0x02AB50AA, 0x1DE66D2A, 0x79FF467A, 0x9BB9F8A3, 0x217E7CD2, 0x83E13D2C,
        0xF8D4474F, 0xE39EB970, 0x42C6AE16, 0x993216FA, 0x7B093B5D, 0x98DAFF3C, 0xF718902A, 0x0B1C9CDB,
        0xE58F764B, 0x187636BC, 0x5D7B3BB1, 0xE73DE7DE, 0x92BEC979, 0xCCA6C0B2, 0x304A0979, 0x85AA43D4,
        0x783125BB, 0x6CA8EAA2, 0xE407EAC6, 0x4B5CFC3E, 0x9FBF8C76, 0x15CA20BE, 0xF2CA9FD3, 0x959BD756
    };

    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    private PageChecksum() {}

    /**
     * The checksum that a page should carry.
     *
     * @param block number of the page in its relation, counted across segments
     */
    static int of(byte[] page, int at, int pageSize, long block) {
        int header = (int) INT.get(page, at + 8);
        // The field itself counts as zero.
        INT.set(page, at + 8, header & 0xFFFF_0000);
        int folded = 0;
        for (int column = 0; column < SUMS; column += 8) {
            folded ^= columns(page, at + column * 4, pageSize, column);
        }
        INT.set(page, at + 8, header);
        return Integer.remainderUnsigned(folded ^ (int) block, 65535) + 1;
    }

    private static int columns(byte[] page, int at, int pageSize, int column) {
        int a = BASE[column];
        int b = BASE[column + 1];
        int c = BASE[column + 2];
        int d = BASE[column + 3];
        int e = BASE[column + 4];
        int f = BASE[column + 5];
        int g = BASE[column + 6];
        int h = BASE[column + 7];
        int end = at + pageSize;
        for (int i = at; i < end; i += SUMS * 4) {
            a = mix(a, (int) INT.get(page, i));
            b = mix(b, (int) INT.get(page, i + 4));
            c = mix(c, (int) INT.get(page, i + 8));
            d = mix(d, (int) INT.get(page, i + 12));
            e = mix(e, (int) INT.get(page, i + 16));
            f = mix(f, (int) INT.get(page, i + 20));
            g = mix(g, (int) INT.get(page, i + 24));
            h = mix(h, (int) INT.get(page, i + 28));
        }
        return finish(a) ^ finish(b) ^ finish(c) ^ finish(d) ^ finish(e) ^ finish(f) ^ finish(g) ^ finish(h);
    }

    private static int mix(int sum, int value) {
        int mixed = sum ^ value;
        return (mixed * PRIME) ^ (mixed >>> 17);
    }

    /** Two more rounds of zeros. */
    private static int finish(int sum) {
        return mix(mix(sum, 0), 0);
    }
}
