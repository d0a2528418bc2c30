package io.holdfast.postgres.capture;

import io.holdfast.postgres.archive.GapReason;
import java.time.Instant;

/** A base backup that has to be taken since WAL is, or may be, missing. */
public record WantedBackup(GapReason reason, Instant since) {}
