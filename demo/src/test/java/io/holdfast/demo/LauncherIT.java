package io.holdfast.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code ./holdfast} in a small checkout whose path has spaces and quotes. In place of Maven stands a script that notes
 * that it was called and hands over the jars of the present build; all else is real.
 */
class LauncherIT {

    private static final String NOBODY = "65534";

    @TempDir
    private Path folder;

    private Path checkout;
    private Path programs;

    @BeforeEach
    void lay_out_a_checkout() throws IOException {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        checkout = Files.createDirectories(folder.resolve("it's a \"check out\""));
        programs = Files.createDirectory(folder.resolve("programs"));
        copy("holdfast");
        copy("build/find-jdk");
        copy("build/launch.sh");
        Files.writeString(checkout.resolve("pom.xml"), "");
        Files.createDirectory(checkout.resolve(".mvn"));
        Files.createDirectories(checkout.resolve("demo/src/main"));
        Files.writeString(checkout.resolve("demo/pom.xml"), "");
        Files.writeString(checkout.resolve("demo/src/main/Lamp.java"), "");
        mavenThat("mkdir -p demo/target/launcher/holdfast && cp -r '%s' demo/target/launcher/holdfast/lib"
                .formatted(Path.of("target/holdfast/lib").toAbsolutePath()));
    }

    /** In one checkout, since its cache takes long to make. */
    @Test
    void builds_on_first_use_and_then_only_when_sources_changed() throws Exception {
        var first = run(checkout.resolve("holdfast"), "--version");
        assertThat(first.out()).startsWith("holdfast ").hasLineCount(1);
        assertThat(first.err()).matches("holdfast: building.* done in \\d+ s\\R");
        assertThat(first.exitCode()).isZero();
        assertThat(checkout.resolve(".holdfast/app")).isDirectoryRecursivelyContaining("glob:**.aot");
        assertThat(checkout.resolve(".holdfast/app")).isDirectoryRecursivelyContaining("glob:**/libzstd-jni.so");

        var second = run(checkout.resolve("holdfast"), "--version");
        assertThat(second).isEqualTo(new Ended(0, first.out(), ""));
        assertThat(builds()).isEqualTo(1);

        worksThroughALinkAndHandsOnArgumentsAndExitCode();
        aBuildSweepsOldApplicationsAwayButNoneThatStillRuns();
        assertThat(builds()).isEqualTo(2);
        assertThatFewClassesAreNotFromTheCache();
        doesWithoutACacheThatIsDamaged(first);
    }

    private void worksThroughALinkAndHandsOnArgumentsAndExitCode() throws Exception {
        var link = Files.createSymbolicLink(folder.resolve("link"), Path.of("it's a \"check out\"", "holdfast"));

        var ended = run(link, "no such", "command");

        assertThat(ended.exitCode()).isEqualTo(2);
        assertThat(ended.err()).contains("ERROR: no such command: 'no such'");
    }

    private void aBuildSweepsOldApplicationsAwayButNoneThatStillRuns() throws Exception {
        var apps = checkout.toRealPath().resolve(".holdfast/app");
        for (var old : List.of("used", "forgotten", "second", "newest")) {
            Files.createDirectories(apps.resolve(old).resolve("lib"));
        }
        Files.setLastModifiedTime(apps.resolve("used"), FileTime.from(Instant.parse("2026-01-01T00:00:00Z")));
        Files.setLastModifiedTime(apps.resolve("forgotten"), FileTime.from(Instant.parse("2026-01-02T00:00:00Z")));
        var user = new ProcessBuilder(
                        "sh",
                        "-c",
                        "read word",
                        apps.resolve("used/lib/holdfast.jar").toString())
                .start();

        Files.delete(checkout.resolve("demo/src/main/Lamp.java"));
        assertThat(run(checkout.resolve("holdfast"), "--version").err()).contains("building");
        user.destroy();

        assertThat(apps.resolve("used")).exists();
        assertThat(apps.resolve("forgotten")).doesNotExist();
        assertThat(apps.resolve("second")).exists();
        assertThat(apps.resolve("newest")).exists();
    }

    private void doesWithoutACacheThatIsDamaged(Ended whole) throws Exception {
        try (var files = Files.find(checkout, 4, (file, _) -> file.toString().endsWith(".aot"))) {
            Files.writeString(files.findFirst().orElseThrow(), "rust");
        }

        var damaged = run(checkout.resolve("holdfast"), "--version");

        assertThat(damaged.out()).isEqualTo(whole.out());
        assertThat(damaged.err()).contains("AOT cache");
        assertThat(damaged.exitCode()).isZero();
    }

    @Test
    void two_at_once_build_once_and_whoever_may_not_write_there_is_told_until_it_is_built() throws Exception {
        var asStranger = new ArrayList<String>();
        if (isRoot()) {
            asStranger.addAll(List.of("setpriv", "--reuid=" + NOBODY, "--regid=" + NOBODY, "--clear-groups"));
        } else {
            Files.setPosixFilePermissions(checkout, PosixFilePermissions.fromString("r-xr-xr-x"));
        }
        var refused = run(asStranger, checkout.resolve("holdfast"), "--version");
        assertThat(refused.exitCode()).isEqualTo(8);
        assertThat(refused.err())
                .startsWith("ERROR: Holdfast has to be built, and ")
                .contains("may not write to", "HINT: run '");
        Files.setPosixFilePermissions(checkout, PosixFilePermissions.fromString("rwxr-xr-x"));

        var one = start(checkout.resolve("holdfast"), "--version");
        var other = start(checkout.resolve("holdfast"), "--version");

        assertThat(one.waitFor()).isZero();
        assertThat(other.waitFor()).isZero();
        assertThat(builds()).isEqualTo(1);
        assertThat(run(asStranger, checkout.resolve("holdfast"), "--version").exitCode())
                .isZero();
    }

    @Test
    void a_failed_build_shows_why_and_names_its_log() throws Exception {
        mavenThat("echo '[ERROR] Lamp.java: no oil'; exit 1");

        var ended = run(checkout.resolve("holdfast"), "--version");

        assertThat(ended.exitCode()).isEqualTo(8);
        assertThat(ended.out()).isEmpty();
        assertThat(ended.err().lines())
                .endsWith(
                        "[ERROR] Lamp.java: no oil",
                        "ERROR: the build of Holdfast failed",
                        "HINT: read " + checkout.toRealPath().resolve(".holdfast/build.log"));
    }

    /**
     * What makes a start quick, since seconds say more of the machine: classes come from the cache, and those that cannot,
     * as picocli's, whose format the cache does not take, are few. A cache that holds much is slower to load.
     */
    private void assertThatFewClassesAreNotFromTheCache() throws Exception {
        var holdfast = checkout.resolve("holdfast");
        var repository = folder.resolve("repository").toString();
        var key = folder.resolve("key").toString();
        var made = run(
                holdfast, "init", "--name", "small", "--repository", repository, "--key-file", key, "--generate-key");
        assertThat(made.exitCode()).as(made.err()).isZero();

        var version = loadedBy("--version");
        var info = loadedBy("info", "--repository", repository, "--key-file", key);

        assertThat(List.of(version, info)).allSatisfy(loaded -> {
            assertThat(loaded).filteredOn(LauncherIT::isFromCache).hasSizeBetween(3000, 4500);
            assertThat(loaded)
                    .noneMatch(line -> line.contains("software.amazon") || line.contains("jdk.internal.net.http"));
            assertThat(loaded)
                    .filteredOn(line -> !isFromCache(line))
                    .noneMatch(line -> line.contains("com.fasterxml") || line.contains("org.postgresql"));
        });
        assertThat(version).filteredOn(line -> !isFromCache(line)).hasSizeLessThan(300);
        assertThat(info).filteredOn(line -> !isFromCache(line)).hasSizeLessThan(400);
    }

    private static boolean isFromCache(String loaded) {
        return loaded.contains("source: shared objects file");
    }

    /** A line of the JVM for each class that the command made it load. */
    private List<String> loadedBy(String... arguments) throws IOException, InterruptedException {
        var log = Files.createTempFile(folder, "classes", ".log");
        var command = command(List.of(), checkout.resolve("holdfast"), arguments)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD);
        command.environment().put("HOLDFAST_JAVA_OPTIONS", "-Xlog:class+load:file=" + log);
        assertThat(command.start().waitFor()).isZero();
        return Files.readAllLines(log);
    }

    private record Ended(int exitCode, String out, String err) {}

    private Ended run(Path launcher, String... arguments) throws IOException, InterruptedException {
        return run(List.of(), launcher, arguments);
    }

    private Ended run(List<String> before, Path launcher, String... arguments)
            throws IOException, InterruptedException {
        var err = folder.resolve("stderr");
        var process =
                command(before, launcher, arguments).redirectError(err.toFile()).start();
        var out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Ended(process.waitFor(), out, Files.readString(err));
    }

    private Process start(Path launcher, String... arguments) throws IOException {
        return command(List.of(), launcher, arguments)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    private ProcessBuilder command(List<String> before, Path launcher, String... arguments) {
        var command = new ArrayList<>(before);
        command.add(launcher.toString());
        command.addAll(List.of(arguments));
        var builder = new ProcessBuilder(command).directory(folder.toFile());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().merge("PATH", programs.toString(), (path, first) -> first + ":" + path);
        return builder;
    }

    private void copy(String file) throws IOException {
        var copy = checkout.resolve(file);
        Files.createDirectories(copy.getParent());
        Files.copy(Path.of("..", file), copy);
        Files.setPosixFilePermissions(copy, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private void mavenThat(String does) throws IOException {
        var script = Files.writeString(programs.resolve("mvn"), """
                #!/bin/sh
                echo built >>'%s'
                %s
                """.formatted(folder.resolve("builds"), does));
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private int builds() throws IOException {
        return Files.readAllLines(folder.resolve("builds")).size();
    }

    private static boolean isRoot() throws IOException {
        return Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
    }
}
