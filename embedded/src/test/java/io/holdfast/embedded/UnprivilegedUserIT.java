package io.holdfast.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.holdfast.embedded.EmbeddedPostgresException.FolderUnreachable;
import io.holdfast.embedded.EmbeddedPostgresException.ProgramFailed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UnprivilegedUserIT {

    private static final Duration ALLOWED = Duration.ofSeconds(20);

    private final UnprivilegedUser user = UnprivilegedUser.current();

    @TempDir(factory = ServerFolder.class)
    Path folder;

    @Test
    void runs_programs_as_itself_and_is_never_root() {
        var outcome = user.run(List.of("id", "-u"), Map.of(), ALLOWED);

        assertThat(outcome).isEqualTo(new ProgramOutcome(0, user.uid() + "\n", ""));
        assertThat(user.uid()).isNotZero();
    }

    @Test
    void passes_arguments_and_variables_without_a_shell() {
        var outcome = user.run(List.of("printenv", "ODD"), Map.of("ODD", "a 'b' \"c\" $HOME"), ALLOWED);

        assertThat(outcome.output()).isEqualTo("a 'b' \"c\" $HOME\n");
    }

    @Test
    void gives_both_outputs_and_the_exit_code_of_a_failure() {
        var outcome = user.run(List.of("ls", "/no/such"), Map.of(), ALLOWED);

        assertThat(outcome.succeeded()).isFalse();
        assertThat(outcome.errors()).contains("No such file or directory");
    }

    @Test
    void kills_a_program_that_takes_longer_than_allowed() {
        assertThatThrownBy(() -> user.run(List.of("sleep", "1000"), Map.of(), Duration.ofMillis(100)))
                .isInstanceOf(ProgramFailed.class)
                .hasMessageStartingWith("'sleep' has not ended after");
    }

    @Test
    void owns_what_it_is_given_but_not_what_links_point_to() throws IOException {
        var elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
        var tree = Files.createDirectories(folder.resolve("tree/inner"));
        var link = Files.createSymbolicLink(tree.resolve("link"), elsewhere);

        user.own(folder.resolve("tree"));

        assertThat(Files.getAttribute(tree, "unix:uid")).isEqualTo(user.uid());
        assertThat(Files.getAttribute(link, "unix:uid", LinkOption.NOFOLLOW_LINKS))
                .isEqualTo(user.uid());
        assertThat(Files.getAttribute(elsewhere, "unix:uid")).isEqualTo(Files.getAttribute(folder, "unix:uid"));
    }

    /** Debian's servers read the key of their certificate as one of the group ssl-cert. */
    @Test
    void is_in_all_groups_of_its_name() {
        var minute = Duration.ofMinutes(1);

        var groups = user.run(List.of("id", "-G"), Map.of(), minute);
        var ofName = user.run(List.of("id", "-G", user.name()), Map.of(), minute);

        assertThat(groups.output()).isEqualTo(ofName.output());
    }

    @Test
    void a_parent_that_shuts_it_out_is_named() throws IOException {
        assumeFalse(user.isOurselves(), "only root can make a folder that its servers' user cannot enter");
        var closed = Files.createDirectory(folder.resolve("closed"));
        Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("rwx------"));

        var refusal = catchThrowableOfType(
                FolderUnreachable.class,
                () -> EmbeddedPostgres.initialise(
                        PostgresBinaries.version18(), closed.resolve("data"), InitOptions.forTests()));

        assertThat(refusal)
                .hasMessage("user '%s' may not enter folder '%s' on the way to '%s'"
                        .formatted(user, closed, closed.resolve("data")));
        assertThat(refusal.hint()).endsWith("or run: chmod o+x '%s'".formatted(closed));
    }
}
