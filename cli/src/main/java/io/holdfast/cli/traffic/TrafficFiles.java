package io.holdfast.cli.traffic;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Notes in a folder of the state directory, one file for each day (UTC) and one line for each note, appended by any number
 * of processes. They are observations: what cannot be written or read is left out, and stops no command.
 */
final class TrafficFiles {

    private static final Logger LOG = LoggerFactory.getLogger(TrafficFiles.class);
    private static final JsonMapper MAPPER = JsonMapper.builder().build();
    private static final String FOLDER = "requests";
    private static final String SUFFIX = ".jsonl";
    private static final int DAYS_KEPT = 62;

    private final Path state;
    private final Path folder;

    TrafficFiles(Path state) {
        this.state = state;
        this.folder = state.resolve(FOLDER);
    }

    /** Where there is no state directory nothing is noted: the command that does not need one does not make one. */
    void append(TrafficNote note) {
        if (!Files.isDirectory(state)) {
            return;
        }
        try {
            if (!Files.isDirectory(folder)) {
                Files.createDirectories(folder);
                Files.setOwner(folder, Files.getOwner(state));
            }
            var day = LocalDate.ofInstant(note.to(), ZoneOffset.UTC);
            var file = folder.resolve(day + SUFFIX);
            boolean isNew = !Files.exists(file);
            Files.writeString(
                    file,
                    MAPPER.writeValueAsString(note) + "\n",
                    StandardCharsets.UTF_8,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
            if (isNew) {
                Files.setOwner(file, Files.getOwner(state));
                removeBefore(day.minusDays(DAYS_KEPT));
            }
        } catch (IOException e) {
            LOG.debug("requests cannot be noted folder={}", folder, e);
        }
    }

    private void removeBefore(LocalDate oldest) throws IOException {
        try (var files = Files.list(folder)) {
            for (var file : files.toList()) {
                if (day(file).filter(oldest::isAfter).isPresent()) {
                    Files.deleteIfExists(file);
                }
            }
        }
    }

    /** Of a repository, from a day on. */
    Stream<TrafficNote> read(String repository, LocalDate from) {
        if (!Files.isDirectory(folder)) {
            return Stream.empty();
        }
        try (var files = Files.list(folder)) {
            return files
                    .filter(file -> day(file).filter(day -> !day.isBefore(from)).isPresent())
                    .sorted()
                    .toList()
                    .stream()
                    .flatMap(TrafficFiles::notes)
                    .filter(note -> note.repository().equals(repository));
        } catch (IOException e) {
            LOG.warn("the requests that were noted cannot be read folder={} reason={}", folder, e.toString());
            return Stream.empty();
        }
    }

    private static Optional<LocalDate> day(Path file) {
        var name = file.getFileName().toString();
        try {
            return name.endsWith(SUFFIX)
                    ? Optional.of(LocalDate.parse(name.substring(0, name.length() - SUFFIX.length())))
                    : Optional.empty();
        } catch (DateTimeException _) {
            return Optional.empty();
        }
    }

    private static Stream<TrafficNote> notes(Path file) {
        try {
            return Files.readAllLines(file).stream().flatMap(line -> note(line).stream());
        } catch (IOException e) {
            LOG.warn("the requests that were noted cannot be read file={} reason={}", file, e.toString());
            return Stream.empty();
        }
    }

    /** The last line may have been cut off by a full disk. */
    private static Optional<TrafficNote> note(String line) {
        try {
            return Optional.of(MAPPER.readValue(line, TrafficNote.class));
        } catch (JacksonException _) {
            return Optional.empty();
        }
    }
}
