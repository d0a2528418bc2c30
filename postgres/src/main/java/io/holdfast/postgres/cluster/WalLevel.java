package io.holdfast.postgres.cluster;

/** How much a server writes into its WAL; only from {@link #REPLICA} on can it be copied and replayed elsewhere. */
public enum WalLevel {
    MINIMAL,
    REPLICA,
    LOGICAL
}
