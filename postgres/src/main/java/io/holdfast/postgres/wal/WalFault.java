package io.holdfast.postgres.wal;

/**
 * Why reading stopped. The reader cannot know whether this is simply where the WAL ends (zeros, or old bytes of a
 * recycled segment) or damage in the middle of it: that follows from what else is known, such as the server's flush
 * position or a later segment.
 */
public sealed interface WalFault {

    /** Nothing but zeros where a page or a record should begin: never written, or lost in a crash. */
    record Zeros() implements WalFault {}

    record BadMagic(int expected, int found) implements WalFault {}

    /** Flag bits of a page header that no server sets, or a long header where a short one belongs. */
    record BadFlags(int found) implements WalFault {}

    /** The header of another page, as in a recycled segment that has not been written over yet. */
    record BadPageAddress(Lsn found) implements WalFault {}

    record WrongSystem(SystemIdentifier expected, SystemIdentifier found) implements WalFault {}

    /** A page of a timeline that is not the one which the history names for this place. */
    record WrongTimeline(TimelineId expected, int found) implements WalFault {}

    /**
     * A segment of another size than the cluster's.
     *
     * @param found bytes, as written in the segment's first page
     */
    record WrongSegmentSize(WalSegmentSize expected, int found) implements WalFault {}

    /**
     * A server that was built with another size of WAL pages.
     *
     * @param found bytes; only 8192 is supported
     */
    record WrongPageSize(int found) implements WalFault {}

    /** The page continues a record, but none is open. */
    record UnexpectedContinuation() implements WalFault {}

    /** The page does not continue the record that is open, or continues one of another length. */
    record BadContinuation(long expected, long found) implements WalFault {}

    /**
     * No record can be that short or that long.
     *
     * @param found bytes, from 24 to just under 1 GiB in a good record
     */
    record BadLength(long found) implements WalFault {}

    record BadResourceManager(int found) implements WalFault {}

    /** The record does not follow the one before it. */
    record BadPreviousLink(Lsn expected, Lsn found) implements WalFault {}

    record BadChecksum() implements WalFault {}

    /** A torn record was given up, but what stands in its place does not say so. */
    record BadOverwrite(Lsn torn) implements WalFault {}

    /** The checksum is right, but a record that must be understood is not in the known form. */
    record Unreadable() implements WalFault {}

    default String explain() {
        return switch (this) {
            case Zeros _ -> "nothing but zeros";
            case BadMagic f -> "page magic is %04X instead of %04X".formatted(f.found(), f.expected());
            case BadFlags f -> "page flags %04X make no sense".formatted(f.found());
            case BadPageAddress f -> "the page belongs at " + f.found();
            case WrongSystem f ->
                "the WAL of another cluster: system identifier %s instead of %s".formatted(f.found(), f.expected());
            case WrongTimeline f ->
                "the page is of timeline %s instead of %s".formatted(Integer.toUnsignedString(f.found()), f.expected());
            case WrongSegmentSize f ->
                "segment size is %d instead of %d"
                        .formatted(f.found(), f.expected().bytes());
            case WrongPageSize f -> "WAL page size is %d instead of 8192".formatted(f.found());
            case UnexpectedContinuation _ -> "the page continues a record that did not begin";
            case BadContinuation f ->
                "the page continues a record with %d bytes instead of %d".formatted(f.found(), f.expected());
            case BadLength f -> "impossible record length %d".formatted(f.found());
            case BadResourceManager f -> "unknown resource manager %d".formatted(f.found());
            case BadPreviousLink f -> "the record follows %s instead of %s".formatted(f.found(), f.expected());
            case BadChecksum _ -> "record checksum does not match";
            case BadOverwrite f -> "the torn record at %s is not accounted for".formatted(f.torn());
            case Unreadable _ -> "the record is not in a known form";
        };
    }
}
