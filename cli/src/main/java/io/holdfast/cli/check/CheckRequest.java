package io.holdfast.cli.check;

import io.holdfast.cli.configuration.Acknowledged;
import io.holdfast.cli.configuration.ByteSize;
import io.holdfast.cli.configuration.RepositoryLocation;
import io.holdfast.postgres.replication.SlotName;
import java.nio.file.Path;

/**
 * What is to be checked.
 *
 * @param acknowledged what the capture tells the server
 * @param repository where it is
 * @param write whether a small object may be left in the repository
 */
public record CheckRequest(
        SlotName slot,
        Acknowledged acknowledged,
        RepositoryLocation repository,
        KeyRegions keyRegions,
        Path spool,
        ByteSize spoolLimit,
        boolean write) {}
