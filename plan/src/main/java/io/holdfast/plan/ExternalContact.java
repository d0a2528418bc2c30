package io.holdfast.plan;

/** Somebody outside who helps. */
public record ExternalContact(String service, String support, String accountId) {}
