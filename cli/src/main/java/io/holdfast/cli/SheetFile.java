package io.holdfast.cli;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.function.Supplier;

/** The file of a recovery sheet: private from its first byte, never one that exists, and there before there is a secret to write. */
final class SheetFile {

    private SheetFile() {}

    static RecoverySheet write(Path file, Supplier<RecoverySheet> making) {
        try (var channel = Files.newByteChannel(
                file,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, StandardOpenOption.SYNC),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
            var sheet = makeOrRemove(file, making);
            var text = file.toString().endsWith(".html") ? sheet.html() : sheet.text();
            var bytes = ByteBuffer.wrap(text.reveal().getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            return sheet;
        } catch (FileAlreadyExistsException _) {
            throw KeyChoiceException.sheetExists(file);
        } catch (IOException e) {
            throw KeyChoiceException.sheetNotWritten(file, String.valueOf(e.getMessage()));
        }
    }

    private static RecoverySheet makeOrRemove(Path file, Supplier<RecoverySheet> making) throws IOException {
        try {
            return making.get();
        } catch (RuntimeException e) {
            Files.delete(file);
            throw e;
        }
    }
}
