package io.holdfast.postgres.action;

import io.holdfast.embedded.UnprivilegedUser;
import io.holdfast.repository.document.Json;
import io.holdfast.runbook.action.Call;
import io.holdfast.runbook.action.Outputs;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.core.JacksonException;

/**
 * Says which step of which run has made what it lies in or beside, and what that step answered.
 *
 * @param step digest of the step's id
 * @param complete whether the step has come to its end; without it there is more to do
 */
record Receipt(String step, boolean complete, Map<String, String> outputs) {

    Receipt {
        outputs = Map.copyOf(outputs);
    }

    static Receipt of(Call call, Outputs outputs) {
        return new Receipt(Mark.digest(call.id()), true, outputs.values());
    }

    Receipt incomplete() {
        return new Receipt(step, false, outputs);
    }

    boolean isOf(Call call) {
        return step.equals(Mark.digest(call.id()));
    }

    Outputs asOutputs() {
        return new Outputs(outputs);
    }

    /** Empty if there is none, or what is there is none. */
    static Optional<Receipt> read(Path file) {
        try {
            return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
                    ? Optional.of(Json.mapper().readValue(Files.readAllBytes(file), Receipt.class))
                    : Optional.empty();
        } catch (IOException e) {
            throw HostException.io("read", file, e);
        } catch (JacksonException _) {
            return Optional.empty();
        }
    }

    /** Puts it there, durably, in the place of an older one. */
    void write(Path file, UnprivilegedUser owner) {
        var next = file.resolveSibling(file.getFileName() + ".next");
        try {
            Files.deleteIfExists(next);
            try (var channel = FileChannel.open(
                    next,
                    Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
                channel.write(ByteBuffer.wrap(Json.mapper().writeValueAsBytes(this)));
                channel.force(true);
            }
            owner.own(next);
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
            force(file.resolveSibling(""));
        } catch (IOException e) {
            throw HostException.io("write", file, e);
        }
    }

    static void remove(Path file) {
        try {
            Files.deleteIfExists(file);
            force(file.resolveSibling(""));
        } catch (IOException e) {
            throw HostException.io("remove", file, e);
        }
    }

    /** Puts on disk which names there are in a folder. */
    static void force(Path folder) throws IOException {
        try (var channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
