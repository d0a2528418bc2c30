package io.holdfast.repository.frame;

/** What is in a sealed object; part of its header, and so authenticated. */
public enum ObjectType {
    PACK(1),
    DOCUMENT(2),
    WAL_PIECE(3),
    WAL_SEGMENT(4);

    private final int number;

    ObjectType(int number) {
        this.number = number;
    }

    int number() {
        return number;
    }

    /** As people call it. */
    @Override
    public String toString() {
        return switch (this) {
            case PACK -> "pack";
            case DOCUMENT -> "document";
            case WAL_PIECE -> "WAL piece";
            case WAL_SEGMENT -> "WAL segment";
        };
    }
}
