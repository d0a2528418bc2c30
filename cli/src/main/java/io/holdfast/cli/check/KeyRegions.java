package io.holdfast.cli.check;

import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * What is known of where a key of AWS KMS and what it protects are.
 *
 * @param ofKey asks in which regions the key in use lives; empty where it is none of AWS KMS
 * @param bucket of the repository, as configured; empty for a folder and where nothing says
 * @param host of this host, as its environment says
 */
public record KeyRegions(Optional<Supplier<Set<String>>> ofKey, Optional<String> bucket, Optional<String> host) {}
