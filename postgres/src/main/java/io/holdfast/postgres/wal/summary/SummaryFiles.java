package io.holdfast.postgres.wal.summary;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The files themselves.
 *
 * @param folder {@code pg_wal/summaries}
 */
record SummaryFiles(Path folder) implements SummarySource {

    static SummaryFiles of(Path dataDirectory) {
        return new SummaryFiles(dataDirectory.resolve("pg_wal").resolve("summaries"));
    }

    @Override
    public SummaryOutcome.Source kind() {
        return SummaryOutcome.Source.FILES;
    }

    @Override
    public List<SummaryName> names() throws IOException {
        var names = new ArrayList<SummaryName>();
        try (var files = Files.newDirectoryStream(folder)) {
            for (var file : files) {
                SummaryName.parse(file.getFileName().toString()).ifPresent(names::add);
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        return names;
    }

    @Override
    public long read(SummaryName name, BlockSink sink) throws IOException {
        try (var in = Files.newInputStream(folder.resolve(name.fileName()))) {
            return SummaryReader.read(in, name.fileName(), sink);
        }
    }
}
