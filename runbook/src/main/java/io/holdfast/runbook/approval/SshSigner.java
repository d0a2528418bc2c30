package io.holdfast.runbook.approval;

import io.holdfast.plan.SshPublicKey;

/** What signs with an Ed25519 key, wherever the private half is. */
public sealed interface SshSigner permits SshPrivateKey, SshAgent.Held {

    SshPublicKey publicKey();

    /** The 64 bytes of RFC 8032. */
    byte[] sign(byte[] bytes);
}
