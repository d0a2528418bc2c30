package io.holdfast.repository.store.s3;

/** Is told of every request of a store, each try by itself, since each is billed. Called by many threads at once. */
public interface S3Traffic extends AutoCloseable {

    /** Nobody is told. */
    S3Traffic UNWATCHED = (_, _, _) -> {};

    /** What providers bill alike. Amazon bills WRITE and LIST at one price, READ at another, DELETE not at all. */
    enum Kind {
        WRITE,
        LIST,
        READ,
        DELETE
    }

    /**
     * A request was answered.
     *
     * @param sent bytes of its body
     * @param received bytes of the answer's body, as its head says
     */
    void request(Kind kind, long sent, long received);

    /** The store was closed. */
    @Override
    default void close() {}
}
