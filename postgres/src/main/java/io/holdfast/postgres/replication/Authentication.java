package io.holdfast.postgres.replication;

/** How a server let us in. */
public enum Authentication {
    /** It asked for nothing in the protocol: trust, peer, ident. */
    NONE,
    CLEARTEXT_PASSWORD,
    MD5,
    SCRAM_SHA_256,
    /** SCRAM bound to the TLS session: nobody sits between. */
    SCRAM_SHA_256_PLUS
}
