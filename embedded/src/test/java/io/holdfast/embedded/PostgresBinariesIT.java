package io.holdfast.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.embedded.EmbeddedPostgresException.NoBinaries;
import io.holdfast.embedded.EmbeddedPostgresException.NotUnpacked;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PostgresBinariesIT {

    @TempDir
    Path folder;

    @Test
    void are_unpacked_once() throws IOException {
        var cache = new BinariesCache(folder.resolve("cache"));

        var first = PostgresBinaries.in(cache, 18);
        var unpacked = Files.readAttributes(first.program("postgres"), "unix:ino");
        var second = PostgresBinaries.in(cache, 18);

        assertThat(second).isEqualTo(first);
        assertThat(Files.readAttributes(second.program("postgres"), "unix:ino")).isEqualTo(unpacked);
        assertThat(first.program("initdb")).isExecutable();
        assertThat(first.version()).startsWith("18.");
    }

    @Test
    void are_whole_when_threads_and_processes_unpack_at_the_same_time() throws Exception {
        var cache = folder.resolve("cache");
        var processes = IntStream.range(0, 2)
                .mapToObj(_ -> unpackInAnotherProcess(cache))
                .toList();
        var threads = IntStream.range(0, 2)
                .mapToObj(_ -> CompletableFuture.supplyAsync(() -> PostgresBinaries.in(new BinariesCache(cache), 18)))
                .toList();

        threads.forEach(CompletableFuture::join);
        for (var process : processes) {
            assertThat(process.waitFor()).isZero();
        }

        try (var names = Files.list(cache)) {
            assertThat(names.map(name -> name.getFileName().toString()))
                    .containsExactlyInAnyOrder(".lock", BinariesArchive.of(18).folderName());
        }
    }

    @Test
    void are_unpacked_anew_over_what_an_interrupted_process_left() throws IOException {
        var archive = BinariesArchive.of(18);
        var cache = new BinariesCache(folder);
        var partial = folder.resolve("." + archive.folderName() + ".partial/bin");
        Files.writeString(Files.createDirectories(partial).resolve("postgres"), "half");

        var place = cache.unpacked(archive);

        assertThat(place.resolve("bin/postgres")).isExecutable();
        assertThat(partial).doesNotExist();
    }

    @Test
    void of_an_unknown_major_version_are_refused() {
        assertThatThrownBy(() -> PostgresBinaries.of(13))
                .isInstanceOf(NoBinaries.class)
                .hasMessage("there is no embedded PostgreSQL 13 on the class path");
    }

    @Test
    void that_do_not_have_the_expected_content_are_refused() {
        var archive = new BinariesArchive(18, "18.0", "0".repeat(64));

        assertThatThrownBy(() -> new BinariesCache(folder).unpacked(archive))
                .isInstanceOf(NotUnpacked.class)
                .hasMessage("the archive of PostgreSQL 18.0 is damaged");
        assertThat(folder.resolve(archive.folderName())).doesNotExist();
    }

    @Test
    void a_place_that_cannot_hold_them_is_named() throws IOException {
        var file = Files.createFile(folder.resolve("file"));

        assertThatThrownBy(() -> PostgresBinaries.in(new BinariesCache(file.resolve("cache")), 18))
                .isInstanceOf(NotUnpacked.class)
                .hasMessageContaining("cannot unpack PostgreSQL 18")
                .hasMessageContaining(file.toString());
    }

    @Test
    void lie_where_the_user_that_runs_them_can_get() {
        var ofRoot = BinariesCache.usual(Map.of(), "/root", true);
        var ofAnother = BinariesCache.usual(Map.of(), "/home/ada", false);
        var ofNobodyKnown = BinariesCache.usual(Map.of(), "?", false);
        var chosen = BinariesCache.usual(Map.of("HOLDFAST_HOME", "/srv/holdfast"), "/root", true);

        assertThat(ofRoot.folder()).isEqualTo(Path.of("/var/cache/holdfast/postgres"));
        assertThat(ofAnother.folder()).isEqualTo(Path.of("/home/ada/.cache/holdfast/postgres"));
        assertThat(ofNobodyKnown.folder()).isEqualTo(Path.of("/.cache/holdfast/postgres"));
        assertThat(chosen.folder()).isEqualTo(Path.of("/srv/holdfast/postgres"));
    }

    private static Process unpackInAnotherProcess(Path cache) {
        try {
            var java = ProcessHandle.current().info().command().orElseThrow();
            return new ProcessBuilder(List.of(
                            java,
                            "--enable-native-access=ALL-UNNAMED",
                            "-classpath",
                            System.getProperty("java.class.path"),
                            UnpackMain.class.getName(),
                            cache.toString()))
                    .inheritIO()
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Unpacks into the cache folder that is its argument. */
    static final class UnpackMain {

        private UnpackMain() {}

        public static void main(String[] arguments) {
            PostgresBinaries.in(new BinariesCache(Path.of(arguments[0])), 18);
        }
    }
}
