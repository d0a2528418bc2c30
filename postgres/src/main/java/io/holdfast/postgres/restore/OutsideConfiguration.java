package io.holdfast.postgres.restore;

import io.holdfast.postgres.backup.OutsideFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Optional;

/**
 * The configuration of a cluster that kept it outside PGDATA, as Debian does. It comes back in a folder beneath PGDATA, since
 * what is at its old place on this host may be another cluster's, and a {@code postgresql.conf} of ours leads the server there.
 */
record OutsideConfiguration(Path directory, OutsideFiles outside, Writer writer) {

    private static final String NOTE =
            "# made by holdfast restore: the cluster kept its configuration outside its data directory\n";

    /** Takes a file's text. */
    interface Writer {

        void write(Path file, String text) throws IOException;
    }

    void adopt() throws IOException {
        var settings = new LinkedHashMap<String, String>();
        // After what is included: there it names the directory of the source.
        settings.put("data_directory", directory.toString());
        settings.put(
                "hba_file",
                place(outside.hba(), "pg_hba.conf", "local all all peer\nhost all all 127.0.0.1/32 scram-sha-256\n"));
        settings.put("ident_file", place(outside.ident(), "pg_ident.conf", ""));
        settings.put("external_pid_file", "");
        // A relative path begins at the file that includes, so that the directory may be moved.
        var include = found(outside.main(), "postgresql.conf")
                .map(file -> ServerConfiguration.include(directory.relativize(file)))
                .orElse("");
        writer.write(directory.resolve("postgresql.conf"), NOTE + include + ServerConfiguration.lines(settings));
    }

    /** Where the file is now. One that is nowhere is made. */
    private String place(Optional<String> recorded, String name, String otherwise) throws IOException {
        var within = directory.resolve(name);
        var file = found(recorded, name).orElse(within);
        if (!Files.exists(file)) {
            writer.write(within, otherwise);
        }
        return file.toString();
    }

    private Optional<Path> found(Optional<String> recorded, String name) throws IOException {
        var restored = directory.resolve(OutsideFiles.RESTORED_INTO);
        if (!outside.equals(OutsideFiles.NONE)) {
            return recorded.map(path -> restored.resolve(path.substring(1))).filter(Files::isRegularFile);
        }
        // A backup that does not say which: there is hardly more than one.
        if (!Files.isDirectory(restored)) {
            return Optional.empty();
        }
        try (var files = Files.walk(restored)) {
            return files.filter(file -> file.getFileName().toString().equals(name))
                    .sorted()
                    .findFirst();
        }
    }
}
