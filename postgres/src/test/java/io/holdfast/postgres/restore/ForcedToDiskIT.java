package io.holdfast.postgres.restore;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.embedded.UnprivilegedUser;
import io.holdfast.testkit.programs.ServerFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a power failure right after a restore must not take away, as the JVM's own record of its writes and forces has it. */
class ForcedToDiskIT {

    private static final String WRITE = "jdk.FileWrite";
    private static final String FORCE = "jdk.FileForce";

    @TempDir(factory = ServerFolder.class)
    static Path folder;

    /** A tablespace's place may hold no quote. */
    @TempDir
    static Path place;

    private static ProtectedCluster cluster;

    @BeforeAll
    static void back_up() throws IOException {
        cluster = ProtectedCluster.start(folder, 18);
        UnprivilegedUser.current().own(place);
        cluster.execute("CREATE TABLESPACE elsewhere LOCATION '%s'".formatted(place));
        cluster.execute("CREATE TABLE public.t TABLESPACE elsewhere AS SELECT generate_series(1, 10000) AS i");
        cluster.storeWal();
        cluster.backup();
        cluster.execute("UPDATE public.t SET i = i + 1");
        cluster.storeWal();
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    @Test
    void every_file_and_folder_is_after_its_last_change_and_before_pg_control_exists() throws Exception {
        var request = cluster.request("restored", RecoveryTarget.latest());

        var events = recorded(() -> cluster.restore(request).run());

        var restored = request.directory().toRealPath();
        var forced = last(events, FORCE);
        var control = last(events, WRITE).get(".pg_control.new");
        var paths = tree(restored);
        assertThat(paths).contains(restored.resolve("tablespaces").toString());
        for (var path : paths) {
            assertThat(forced).containsKey(path);
            var changed = (FileTime) Files.getAttribute(Path.of(path), "unix:ctime", LinkOption.NOFOLLOW_LINKS);
            assertThat(forced.get(path)).as(path).isAfterOrEqualTo(changed.toInstant());
        }
        // What changes after it: the folder that gets it, and the one that loses the mark of an unfinished restore.
        var later = Set.of(
                restored.resolve("global").toString(),
                restored.resolve("holdfast-restore").toString());
        assertThat(forced.get(".pg_control.new")).isAfterOrEqualTo(control);
        for (var path : paths) {
            if (later.contains(path)) {
                assertThat(forced.get(path)).as(path).isAfterOrEqualTo(forced.get(".pg_control.new"));
            } else {
                assertThat(forced.get(path)).as(path).isBeforeOrEqualTo(control);
            }
        }
    }

    @Test
    void also_in_tablespaces_that_lie_elsewhere() throws Exception {
        var elsewhere = folder.resolve("chosen");
        var request = cluster.request("mapped", RecoveryTarget.latest())
                .withTablespaces(new TablespaceChoice.Mapped(Map.of("elsewhere", elsewhere)));

        var events = recorded(() -> cluster.restore(request).run());

        var forced = last(events, FORCE);
        assertThat(tree(elsewhere.toRealPath())).hasSizeGreaterThan(3).allMatch(forced::containsKey);
    }

    /** Every file and folder, but pg_control, which is forced under another name. */
    private static Set<String> tree(Path root) throws IOException {
        try (var paths = Files.walk(root)) {
            return paths.filter(path -> Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)
                            || Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS))
                    .filter(path -> !path.endsWith("global/pg_control"))
                    .map(Path::toString)
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }

    private static Map<String, Instant> last(List<RecordedEvent> events, String type) {
        Map<String, Instant> last = new HashMap<>();
        events.stream()
                .filter(event -> event.getEventType().getName().equals(type) && event.getString("path") != null)
                .forEach(event -> last.merge(
                        event.getString("path"),
                        event.getStartTime(),
                        (one, other) -> one.isAfter(other) ? one : other));
        return last;
    }

    private interface Work {
        void run() throws Exception;
    }

    private static List<RecordedEvent> recorded(Work work) throws Exception {
        var file = Files.createTempFile(folder, "writes", ".jfr");
        try (var recording = new Recording()) {
            recording.enable(WRITE).withoutThreshold().withoutStackTrace();
            recording.enable(FORCE).withoutThreshold().withoutStackTrace();
            recording.start();
            work.run();
            recording.stop();
            recording.dump(file);
        }
        return RecordingFile.readAllEvents(file);
    }
}
