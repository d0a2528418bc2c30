package io.holdfast.repository.store.s3;

import io.holdfast.repository.store.LockTerms;

/** What new objects are locked with. */
public record S3Lock(S3LockMode mode, LockTerms terms) {}
