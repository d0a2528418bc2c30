package io.holdfast.postgres.wal.summary;

import java.util.Arrays;
import java.util.stream.IntStream;

/** Different block numbers in ascending order, counted from the beginning of a segment file. Immutable. */
public final class BlockNumbers {

    private final int[] sorted;

    private BlockNumbers(int[] sorted) {
        this.sorted = sorted;
    }

    /** In any order. */
    public static BlockNumbers of(int... numbers) {
        return new BlockNumbers(IntStream.of(numbers).sorted().distinct().toArray());
    }

    /** Takes over the array. */
    static BlockNumbers ofSorted(int[] sorted) {
        return new BlockNumbers(sorted);
    }

    public int size() {
        return sorted.length;
    }

    public boolean isEmpty() {
        return sorted.length == 0;
    }

    /** The {@code index}-th of them, from 0. */
    public int at(int index) {
        return sorted[index];
    }

    public boolean contains(int block) {
        return Arrays.binarySearch(sorted, block) >= 0;
    }

    /** How many are in a range; {@code end} is no longer in it. */
    public int countBetween(int from, int end) {
        return Math.max(0, firstAtOrAfter(end) - firstAtOrAfter(from));
    }

    /** The index of the first that is not less than this block; {@link #size} if all are. */
    public int firstAtOrAfter(int block) {
        int found = Arrays.binarySearch(sorted, block);
        return found < 0 ? -found - 1 : found;
    }

    public IntStream stream() {
        return IntStream.of(sorted);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof BlockNumbers numbers && Arrays.equals(sorted, numbers.sorted);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(sorted);
    }

    @Override
    public String toString() {
        return sorted.length <= 20 ? Arrays.toString(sorted) : sorted.length + " blocks";
    }
}
