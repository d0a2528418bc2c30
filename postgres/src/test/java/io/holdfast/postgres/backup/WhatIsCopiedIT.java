package io.holdfast.postgres.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.holdfast.embedded.Shutdown;
import io.holdfast.repository.manifest.FileEntry;
import io.holdfast.repository.manifest.FilePath;
import io.holdfast.repository.manifest.Manifest;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WhatIsCopiedIT {

    private TestCluster cluster;
    private TestRepository repository;

    @BeforeEach
    void start() {
        cluster = TestCluster.start(18, Map.of("allow_in_place_tablespaces", "on", "log_directory", "pg_log"));
        repository = TestRepository.create();
    }

    @AfterEach
    void stop() {
        repository.close();
        cluster.close();
    }

    @Test
    void leaves_out_by_place_and_keeps_the_same_names_elsewhere() {
        var database = "base/" + cluster.ask("SELECT oid FROM pg_database WHERE datname = 'postgres'");
        var out = List.of(
                "postgresql.auto.conf.tmp",
                "current_logfiles.tmp",
                "backup_label.old",
                "tablespace_map.old",
                "backup_manifest",
                "backup_manifest.tmp",
                "holdfast-restore/unfinished.json",
                "holdfast-restore/wal/000000010000000000000001",
                "holdfast-server.log",
                "postgresql.auto.conf.holdfast",
                "global/pg_control.holdfast",
                "pg_stat_tmp/global.stat",
                "pg_replslot/leftover/state",
                "pg_dynshmem/mmap.1",
                "pg_notify/0001",
                "pg_serial/0001",
                "pg_snapshots/0001",
                "pg_subtrans/0002",
                "pg_wal/archive_status/000000010000000000000001.ready",
                "base/pgsql_tmp/pgsql_tmp1.0",
                database + "/pgsql_tmp2.0",
                database + "/t3_16384",
                database + "/t3_16384_fsm",
                database + "/t3_16384.1",
                "global/t12_99999",
                database + "/99998",
                database + "/99998_fsm",
                database + "/99998_vm",
                database + "/99998.1");
        var kept = List.of(
                "mine/backup_label",
                "mine/postmaster.pid",
                "mine/pg_wal/000000010000000000000001",
                "mine/t3_16384",
                "mine/pgsql_tmp1",
                "mine/pg_internal.init",
                "mine/holdfast-server.log",
                "mine/holdfast-restore/note",
                "mine/global/pg_control",
                "pg_logical/backup_label",
                "log/server.log",
                database + "/log/note",
                database + "/99998_init",
                database + "/99999",
                database + "/99999_fsm",
                "backup_labels",
                "pg_control");
        out.forEach(file -> cluster.plant(file, "out"));
        kept.forEach(file -> cluster.plant(file, "kept"));

        var paths = repository.paths(backUp());

        assertThat(paths).containsAll(kept.stream().map("data/"::concat).toList());
        assertThat(paths)
                .doesNotContainAnyElementsOf(out.stream().map("data/"::concat).toList());
        assertThat(paths)
                .doesNotContain("data/postmaster.pid", "data/postmaster.opts", "data/global/pg_control")
                .doesNotContain("data/global/pg_internal.init", "data/" + database + "/pg_internal.init")
                .contains("data/PG_VERSION", "data/postgresql.conf", "data/global/pg_filenode.map")
                .contains("data/pg_wal", "data/pg_wal/archive_status", "data/pg_wal/summaries", "data/pg_subtrans")
                .contains("data/pg_stat_tmp", "data/pg_replslot", "data/pg_dynshmem", "data/pg_snapshots");
        assertThat(paths.stream().filter(path -> path.startsWith("data/pg_wal/")))
                .containsExactlyInAnyOrder("data/pg_wal/archive_status", "data/pg_wal/summaries");
    }

    @Test
    void is_in_path_order_and_each_path_once() {
        cluster.plant("a/x", "1");
        cluster.plant("a.b", "2");
        cluster.plant("a-b", "3");
        cluster.plant("ä/y", "4");

        var paths = repository.paths(backUp()).stream().map(FilePath::new).toList();

        assertThat(paths).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void keeps_names_that_are_not_ascii_and_some_that_are_no_text_at_all() throws IOException {
        cluster.plant("Größe 100 €", "text");
        var raw = Path.of(URI.create(cluster.data().toUri().getRawPath().replaceFirst("^", "file://") + "n%FFm%C3%28"));
        Files.writeString(raw, "no text");
        Files.createSymbolicLink(cluster.data().resolve("pointer"), raw.getFileName());

        var entries = repository.entries(backUp());

        assertThat(entries)
                .containsKeys(
                        "data/Gr\u00C3\u00B6\u00C3\u009Fe 100 \u00E2\u0082\u00AC",
                        "data/n\u00FFm\u00C3(",
                        "data/pointer");
        assertThat(TestRepository.file(entries, "data/n\u00FFm\u00C3(").size()).isEqualTo(7);
    }

    @Test
    void keeps_modes_times_and_empty_files_and_folders() throws IOException {
        var file = cluster.plant("mine/script", "");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-x--x"));
        Files.setLastModifiedTime(file, FileTime.fromMillis(-86_400_000));
        Files.createDirectories(cluster.data().resolve("mine/empty"));

        var entries = repository.entries(backUp());

        assertThat(entries.get("data/mine/script"))
                .isEqualTo(new FileEntry.File(
                        new FilePath("data/mine/script"), 0751, -86_400_000, 0, new FileEntry.Content.Empty()));
        assertThat(entries.get("data/mine/empty")).isInstanceOf(FileEntry.Folder.class);
    }

    @Test
    void follows_links_to_files_and_to_what_is_the_servers_own() throws IOException {
        var elsewhere = cluster.folderBeside("elsewhere");
        cluster.execute("CREATE TABLE t AS SELECT generate_series(1, 1000) AS n", "CHECKPOINT");
        cluster.server().stop(Shutdown.FAST);
        moveAndLink("pg_wal", elsewhere.resolve("wal"));
        moveAndLink("pg_xact", elsewhere.resolve("xact"));
        moveAndLink("postgresql.conf", elsewhere.resolve("real.conf"));
        Files.createSymbolicLink(elsewhere.resolve("again.conf"), elsewhere.resolve("real.conf"));
        Files.createSymbolicLink(cluster.data().resolve("twice.conf"), elsewhere.resolve("again.conf"));
        Files.createSymbolicLink(cluster.data().resolve("nowhere"), Path.of("../gone"));
        Files.createSymbolicLink(cluster.data().resolve("friends"), elsewhere);
        Files.createSymbolicLink(cluster.data().resolve("base/loop"), cluster.data());
        cluster.run();
        var before = ContentOf.everyTable(cluster);

        var manifest = backUp();

        var entries = repository.entries(manifest);
        assertThat(entries.get("data/pg_wal")).isInstanceOf(FileEntry.Folder.class);
        assertThat(entries.get("data/pg_xact")).isInstanceOf(FileEntry.Folder.class);
        assertThat(entries).containsKey("data/pg_xact/0000");
        assertThat(entries.get("data/postgresql.conf")).isInstanceOf(FileEntry.File.class);
        assertThat(TestRepository.file(entries, "data/twice.conf").size())
                .isEqualTo(TestRepository.file(entries, "data/postgresql.conf").size());
        assertThat(entries.get("data/nowhere"))
                .isInstanceOfSatisfying(
                        FileEntry.Link.class, link -> assertThat(link.target()).isEqualTo("../gone"));
        assertThat(entries.get("data/friends")).isInstanceOf(FileEntry.Link.class);
        assertThat(entries.get("data/base/loop")).isInstanceOf(FileEntry.Link.class);
        try (var restored = PlainRestore.restore(repository, manifest).run()) {
            assertThat(ContentOf.everyTable(restored)).isEqualTo(before);
        }
    }

    private void moveAndLink(String name, Path target) throws IOException {
        Files.move(cluster.data().resolve(name), target);
        Files.createSymbolicLink(cluster.data().resolve(name), target);
    }

    @Test
    void follows_what_was_moved_out_of_a_tablespace() throws IOException {
        var outside = cluster.folderBeside("space");
        var elsewhere = cluster.folderBeside("other disk");
        cluster.execute(
                "CREATE TABLESPACE space LOCATION '%s'".formatted(outside),
                "CREATE TABLE t TABLESPACE space AS SELECT generate_series(1, 1000) AS n");
        var before = ContentOf.everyTable(cluster);
        var database = outside.resolve(cluster.ask("pg_relation_filepath('t')").split("/", 3)[2])
                .getParent();
        cluster.server().stop(Shutdown.FAST);
        Files.move(database, elsewhere.resolve("database"));
        Files.createSymbolicLink(database, elsewhere.resolve("database"));
        cluster.run();

        try (var restored = PlainRestore.restore(repository, backUp()).run()) {
            assertThat(ContentOf.everyTable(restored)).isEqualTo(before).hasSize(1);
        }
    }

    @Test
    void holds_each_tablespace_once_wherever_it_is() throws IOException {
        var outside = cluster.folderBeside("out side");
        var inside = Files.createDirectories(cluster.data().resolve("inside/deep"));
        cluster.server().user().own(cluster.data().resolve("inside"));
        cluster.execute(
                "CREATE TABLESPACE outside LOCATION '%s'".formatted(outside),
                "CREATE TABLESPACE inside LOCATION '%s'".formatted(inside),
                "CREATE TABLESPACE in_place LOCATION ''",
                "CREATE TABLE t1 TABLESPACE outside AS SELECT generate_series(1, 1000) AS n",
                "CREATE TABLE t2 TABLESPACE inside AS SELECT generate_series(1, 1000) AS n",
                "CREATE TABLE t3 TABLESPACE in_place AS SELECT generate_series(1, 1000) AS n");
        Files.createDirectory(outside.resolve("PG_9.6_201608131"));
        Files.writeString(outside.resolve("PG_9.6_201608131/old"), "another version's");
        Files.writeString(outside.resolve("stranger"), "not PostgreSQL's");
        var before = ContentOf.everyTable(cluster);

        var manifest = backUp();

        var paths = repository.paths(manifest);
        assertThat(paths).doesNotHaveDuplicates();
        assertThat(paths).noneMatch(path -> path.contains("PG_9.6") || path.contains("stranger"));
        for (var table : List.of("t1", "t2", "t3")) {
            var file = "/" + cluster.ask("pg_relation_filenode('%s')".formatted(table));
            assertThat(paths.stream().filter(path -> path.endsWith(file)))
                    .as(table)
                    .hasSize(1);
        }
        assertThat(BackupDetails.of(manifest).tablespaceMap().orElseThrow()).contains(outside.toString());
        try (var restored = PlainRestore.restore(repository, manifest)
                .with(Map.of("allow_in_place_tablespaces", "on"))
                .run()) {
            assertThat(ContentOf.everyTable(restored)).isEqualTo(before).hasSize(3);
        }
    }

    /** Its link is there before the start, and its row is seen by nobody until a standby that does not exist has confirmed it. */
    @Test
    void a_tablespace_that_is_being_created_is_not_left_out_in_silence() throws Exception {
        var place = cluster.folderBeside("in the making");
        cluster.execute("ALTER SYSTEM SET synchronous_standby_names = 'nobody'", "SELECT pg_reload_conf()");
        await().until(() ->
                !cluster.ask("current_setting('synchronous_standby_names')").isEmpty());
        var creating = Thread.ofVirtual()
                .start(() -> cluster.execute("CREATE TABLESPACE late LOCATION '%s'".formatted(place)));
        await().until(() -> cluster.ask("SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'SyncRep'")
                .equals("1"));

        var refusal = catchThrowableOfType(BackupException.class, this::backUp);

        assertThat(refusal.code()).isEqualTo("backup.tablespace-missed");
        assertThat(repository.repository().manifests().ids()).isEmpty();
        cluster.execute("ALTER SYSTEM RESET synchronous_standby_names", "SELECT pg_reload_conf()");
        creating.join();
        assertThat(BackupDetails.of(backUp()).tablespaces()).hasSize(1);
    }

    @Test
    void holds_configuration_from_outside() throws IOException {
        var etc = cluster.folderBeside("etc");
        var data = cluster.data();
        cluster.server().stop(Shutdown.FAST);
        for (var name : List.of("postgresql.conf", "pg_hba.conf", "pg_ident.conf")) {
            Files.move(data.resolve(name), etc.resolve(name));
        }
        Files.createDirectory(etc.resolve("conf.d"));
        Files.writeString(etc.resolve("conf.d/work.conf"), "work_mem = '5MB'\n");
        Files.writeString(etc.resolve("extra_hba.conf"), "local all nobody_special trust\n");
        append(etc.resolve("pg_hba.conf"), "include extra_hba.conf\n");
        append(
                etc.resolve("postgresql.conf"),
                "include_dir = 'conf.d'\nhba_file = '%1$s/pg_hba.conf'\nident_file = '%1$s/pg_ident.conf'\n"
                        .formatted(etc));
        cluster.server().user().own(etc);
        cluster.with(Map.of("config_file", etc.resolve("postgresql.conf").toString()))
                .run();

        var paths = repository.paths(backUp());

        assertThat(paths)
                .contains("config" + etc + "/postgresql.conf", "config" + etc + "/pg_hba.conf")
                .contains("config" + etc + "/pg_ident.conf", "config" + etc + "/conf.d/work.conf")
                .contains("config" + etc + "/extra_hba.conf");
        assertThat(paths.stream().map(FilePath::new).toList()).isSorted();
    }

    private static void append(Path file, String text) throws IOException {
        Files.writeString(file, text, StandardOpenOption.APPEND);
    }

    private Manifest backUp() {
        return repository.backUp(cluster);
    }
}
