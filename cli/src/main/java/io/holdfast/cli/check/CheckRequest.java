package io.holdfast.cli.check;

import io.holdfast.cli.configuration.ByteSize;
import io.holdfast.postgres.replication.SlotName;
import java.nio.file.Path;

/**
 * What is to be checked.
 *
 * @param repository its folder
 * @param write whether a small object may be left in the repository
 */
public record CheckRequest(SlotName slot, Path repository, Path spool, ByteSize spoolLimit, boolean write) {}
