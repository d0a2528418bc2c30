package io.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.embedded.PostgresBinaries;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServerProgramsTest {

    @TempDir
    private Path root;

    private static final Path EIGHTEEN = PostgresBinaries.version18().folder().resolve("bin");

    private void program(Path file, String says) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, "#!/bin/sh\necho '%s'\n".formatted(says));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private Path version(String folder, String version) throws IOException {
        program(root.resolve(folder).resolve("postgres"), "postgres (PostgreSQL) " + version);
        program(root.resolve(folder).resolve("pg_ctl"), "pg_ctl (PostgreSQL) " + version);
        return root.resolve(folder);
    }

    @Test
    void real_programs_on_the_path_are_found_by_their_version() {
        assertThat(new ServerPrograms(List.of(root, EIGHTEEN), root).find(18)).isEqualTo(EIGHTEEN);
    }

    @Test
    void another_version_on_the_path_does_not_hide_the_packages_of_the_wanted_one() throws IOException {
        var path = version("usr/bin", "15.14 (Debian 15.14-0+deb12u1)");
        version("usr/lib/postgresql/18/bin", "15.14");
        var red = version("usr/pgsql-18/bin", "18.1");

        assertThat(new ServerPrograms(List.of(path), root).find(18)).isEqualTo(red);
    }

    @Test
    void a_folder_that_holds_only_the_server_is_passed_over() throws IOException {
        var path = version("usr/bin", "18.1");
        Files.delete(path.resolve("pg_ctl"));
        var debian = version("usr/lib/postgresql/18/bin", "18.1 (Debian 18.1-1)");

        assertThat(new ServerPrograms(List.of(path), root).find(18)).isEqualTo(debian);
    }

    @Test
    void pg_config_is_asked_where_an_installation_of_ones_own_is() throws IOException {
        var own = version("srv/my postgres/bin", "18beta2");
        program(root.resolve("usr/bin/pg_config"), own.toString());

        assertThat(new ServerPrograms(List.of(root.resolve("usr/bin")), root).find(18))
                .isEqualTo(own);
    }

    @Test
    void where_none_is_found_the_message_says_what_was_searched() {
        var searched = new ServerPrograms(List.of(root), root);

        assertThatThrownBy(() -> searched.find(17))
                .hasMessage("the programs postgres and pg_ctl of PostgreSQL 17 are not found")
                .extracting("hint")
                .asString()
                .contains(
                        root.toString(),
                        root.resolve("usr/lib/postgresql/17/bin").toString());
    }

    @Test
    void a_named_folder_of_another_version_is_refused() {
        assertThat(ServerPrograms.require(EIGHTEEN, 18)).isEqualTo(EIGHTEEN);
        assertThatThrownBy(() -> ServerPrograms.require(EIGHTEEN, 17))
                .hasMessage("'%s' does not hold the programs postgres and pg_ctl of PostgreSQL 17".formatted(EIGHTEEN));
    }
}
