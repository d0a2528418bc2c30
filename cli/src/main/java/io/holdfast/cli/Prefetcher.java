package io.holdfast.cli;

import io.holdfast.postgres.restore.replay.PrefetchProgram;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The program by which a restored server fetches its WAL: this JVM, whatever PATH says then, and a copy of this application
 * in the restored directory, since application folders are swept away by later builds.
 */
final class Prefetcher {

    /** Where the launcher unpacked zstd's library: zstd-jni would unpack it into a folder that may forbid to run it. */
    private static final String ZSTD = "ZstdNativePath";

    private Prefetcher() {}

    static PrefetchProgram carriedInto(Path directory) {
        var classPath = Stream.of(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                .map(entry -> Path.of(entry).toAbsolutePath())
                .filter(Files::exists)
                .toList();
        var carried = new ArrayList<>(classPath);
        var zstd = Optional.ofNullable(System.getProperty(ZSTD)).map(Path::of).filter(Files::exists);
        zstd.ifPresent(carried::add);
        var data = directory.toAbsolutePath().normalize();

        var words = new ArrayList<String>();
        words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        words.add("--enable-native-access=ALL-UNNAMED");
        words.add("-XX:+UseSerialGC");
        words.add("-Xmx256m");
        zstd.ifPresent(library ->
                words.add("-D%s=%s".formatted(ZSTD, PrefetchProgram.copy(data, classPath.size(), library))));
        words.add("-cp");
        words.add(copies(data, classPath));
        words.add(Holdfast.class.getName());
        words.add("restore-prefetch");
        return new PrefetchProgram(words, carried);
    }

    private static String copies(Path data, List<Path> classPath) {
        return IntStream.range(0, classPath.size())
                .mapToObj(n -> PrefetchProgram.copy(data, n, classPath.get(n)).toString())
                .collect(Collectors.joining(File.pathSeparator));
    }
}
