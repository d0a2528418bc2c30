package io.holdfast.postgres.action;

import io.holdfast.postgres.restore.InertSettings;
import io.holdfast.postgres.restore.RecoveryTarget;
import io.holdfast.postgres.restore.RestoreRequest;
import io.holdfast.postgres.restore.TablespaceChoice;
import io.holdfast.postgres.restore.TargetAction;
import io.holdfast.postgres.restore.TargetTime;
import io.holdfast.postgres.wal.Lsn;
import io.holdfast.postgres.wal.TimelineId;
import io.holdfast.repository.pack.BackupId;
import io.holdfast.runbook.action.Call;
import io.holdfast.runbook.action.Inputs;
import io.holdfast.runbook.action.UnusableInputException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/** What a plan says about a restore, understood. */
record RestoreInputs(RepositoryPlace place, Path directory, boolean start, OptionalLong port, TargetAction action) {

    private static final Pattern POSITION = Pattern.compile("[0-9A-Fa-f]{1,8}/[0-9A-Fa-f]{1,8}");
    private static final Pattern TRANSACTION = Pattern.compile("xid:([0-9]{1,19})");
    private static final Pattern RESTORE_POINT = Pattern.compile("name:(.{1,63})");
    private static final int MOST_JOBS = 1024;

    static RestoreInputs of(Inputs inputs) {
        return new RestoreInputs(
                RepositoryPlace.of(inputs),
                HostPath.of(inputs, "directory"),
                inputs.truth("start", true),
                StartServer.port(inputs),
                action(inputs.textIfGiven("target-action").orElse("promote")));
    }

    private static TargetAction action(String word) {
        return switch (word) {
            case "promote" -> TargetAction.PROMOTE;
            case "pause" -> TargetAction.PAUSE;
            case "shutdown" -> TargetAction.SHUTDOWN;
            default ->
                throw new UnusableInputException(
                        "target-action", "is '%s'".formatted(word), "use one of pause, promote, shutdown");
        };
    }

    static RecoveryTarget target(Inputs inputs) {
        var text = inputs.textIfGiven("to").orElse("latest").strip();
        var inclusive = !inputs.truth("exclusive", false);
        var transaction = TRANSACTION.matcher(text);
        var name = RESTORE_POINT.matcher(text);
        if (POSITION.matcher(text).matches()) {
            return new RecoveryTarget.Position(Lsn.parse(text), inclusive);
        }
        if (transaction.matches()) {
            return new RecoveryTarget.Transaction(Long.parseUnsignedLong(transaction.group(1)), inclusive);
        }
        if (!text.isEmpty() && Character.isDigit(text.charAt(0))) {
            return new RecoveryTarget.Time(TargetTime.parse(text), inclusive);
        }
        if (!inclusive) {
            throw new UnusableInputException(
                    "exclusive", "goes with a time, an LSN or a transaction only", "leave it out, or say 'to'");
        }
        if (name.matches()) {
            return new RecoveryTarget.RestorePoint(name.group(1));
        }
        return switch (text) {
            case "latest" -> new RecoveryTarget.Latest();
            case "immediate" -> new RecoveryTarget.Immediate();
            default ->
                throw new UnusableInputException(
                        "to",
                        "is not a point to recover to: '%s'".formatted(text),
                        "use latest, immediate, a time such as 2026-01-15T02:00:00Z, an LSN, xid:N or name:POINT");
        };
    }

    /** The restore without the start of the server. */
    RestoreRequest request(Call call, PostgresHost host) {
        var inputs = call.inputs();
        var request = RestoreRequest.of(directory, target(inputs), host.reference(place), host.prefetch(directory))
                .withAction(action)
                .withTablespaces(tablespaces(inputs))
                .withSpool(host.spool(place));
        request = inputs.has("generation")
                ? request.withGeneration(Math.toIntExact(number(inputs, "generation")))
                : request;
        request = inputs.has("timeline")
                ? request.withTimeline(new TimelineId(Math.toIntExact(number(inputs, "timeline"))))
                : request;
        request = inputs.textIfGiven("backup")
                .map(RestoreInputs::backup)
                .map(request::withBackup)
                .orElse(request);
        request = inputs.has("jobs") ? request.withJobs((int) Math.min(MOST_JOBS, number(inputs, "jobs"))) : request;
        request = inputs.truth("delta", false) ? request.withDelta() : request;
        request = inputs.truth("abandon-wal-tail", false) ? request.abandoningWalTail() : request;
        return inputs.truth("inert", false)
                ? request.withInert(new InertSettings(directory.resolve("socket"), Optional.empty(), List.of()))
                : request;
    }

    private static long number(Inputs inputs, String name) {
        var number = inputs.integer(name, 1);
        if (number < 1 || number > Integer.MAX_VALUE) {
            throw new UnusableInputException(name, "is %d".formatted(number), "use 1 or more");
        }
        return number;
    }

    private static BackupId backup(String text) {
        if (!BackupId.isValid(text)) {
            throw new UnusableInputException(
                    "backup", "is not the name of one: '%s'".formatted(text), "see 'holdfast info'");
        }
        return new BackupId(text);
    }

    private static TablespaceChoice tablespaces(Inputs inputs) {
        var folders = new LinkedHashMap<String, Path>();
        inputs.map("tablespaces").forEach((name, folder) -> folders.put(name, HostPath.of("tablespaces", folder)));
        return folders.isEmpty() ? new TablespaceChoice.Within() : new TablespaceChoice.Mapped(folders);
    }
}
