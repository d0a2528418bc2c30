package io.holdfast.cli.configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigurationTest {

    @TempDir
    private Path folder;

    private final Map<String, String> environment = new HashMap<>();
    private final Map<Setting<?>, String> flags = new HashMap<>();

    private Configuration load() {
        return load(Optional.empty());
    }

    private Configuration load(Optional<Path> named) {
        return Configuration.load(
                new ConfigurationSources(named, flags, environment, folder, folder.resolve("etc/holdfast.yaml")));
    }

    private void write(String yaml) throws IOException {
        Files.writeString(folder.resolve("holdfast.yaml"), yaml);
    }

    private InvalidConfigurationException refusal() {
        return assertThatExceptionOfType(InvalidConfigurationException.class)
                .isThrownBy(this::load)
                .actual();
    }

    private Stream<String> problems() {
        return String.valueOf(refusal().getMessage()).lines();
    }

    @Nested
    class A_value {

        @Test
        void has_a_default() {
            assertThat(load().get(Settings.BACKUP_EVERY)).contains(Duration.ofHours(24));
            assertThat(load().origin(Settings.BACKUP_EVERY)).contains(Origin.DEFAULT);
        }

        @Test
        void comes_from_the_file_in_the_working_directory() throws IOException {
            write("backup:\n  every: 12h\n  max-rate: 4MiB\npostgres: {port: 5433, sslmode: verify-full}\n");

            assertThat(load().get(Settings.BACKUP_EVERY)).contains(Duration.ofHours(12));
            assertThat(load().get(Settings.BACKUP_MAX_RATE)).isEqualTo(new ByteSize(4L << 20));
            assertThat(load().get(Settings.PORT)).isEqualTo(5433);
            assertThat(load().get(Settings.SSL_MODE)).hasToString("verify-full");
        }

        @Test
        void comes_from_the_host_s_file_where_the_working_directory_has_none() throws IOException {
            Files.createDirectory(folder.resolve("etc"));
            Files.writeString(folder.resolve("etc/holdfast.yaml"), "member: reserve");

            assertThat(load().get(Settings.MEMBER)).hasToString("reserve");
        }

        @Test
        void of_a_flag_comes_before_a_variable_before_the_file() throws IOException {
            write("backup: {jobs: 1, every: 1h, wal-timeout: 1m}");
            environment.put("HOLDFAST_BACKUP_JOBS", "2");
            environment.put("HOLDFAST_BACKUP_EVERY", "2h");
            flags.put(Settings.BACKUP_JOBS, "3");

            var configuration = load();

            assertThat(configuration.get(Settings.BACKUP_JOBS)).isEqualTo(3);
            assertThat(configuration.get(Settings.BACKUP_EVERY)).contains(Duration.ofHours(2));
            assertThat(configuration.get(Settings.BACKUP_WAL_TIMEOUT)).isEqualTo(Duration.ofMinutes(1));
            assertThat(configuration.origin(Settings.BACKUP_JOBS)).contains(Origin.FLAG);
            assertThat(configuration.origin(Settings.BACKUP_EVERY)).contains(Origin.ENVIRONMENT);
        }

        @Test
        void that_is_a_path_is_relative_to_whoever_wrote_it() throws IOException {
            Files.createDirectory(folder.resolve("etc"));
            Files.writeString(folder.resolve("etc/other.yaml"), "repository: {path: ../r, key-file: key}");
            flags.put(Settings.KEY_FILE, "key");

            var configuration = load(Optional.of(Path.of("etc/other.yaml")));

            assertThat(configuration.get(Settings.REPOSITORY_PATH))
                    .isEqualTo(new RepositoryLocation.Folder(folder.resolve("r")));
            assertThat(configuration.get(Settings.KEY_FILE)).isEqualTo(folder.resolve("key"));
        }

        @Test
        void that_names_mirrors_names_places_and_files() throws IOException {
            write(
                    "repository: {path: r, mirrors: 's3://dr-backups/shop with etc/dr.yaml, /mnt/usb/shop', stored-when: any 2}\n");

            var mirrors = load().mirrors();

            assertThat(mirrors)
                    .containsExactly(
                            new MirrorPlaces.Place(
                                    new RepositoryLocation.Bucket("dr-backups", "shop/"),
                                    Optional.of(folder.resolve("etc/dr.yaml"))),
                            new MirrorPlaces.Place(
                                    new RepositoryLocation.Folder(Path.of("/mnt/usb/shop")), Optional.empty()));
            assertThat(load().get(Settings.REPOSITORY_STORED_WHEN)).hasToString("any 2");
            flags.put(Settings.REPOSITORY_PATH, "elsewhere");
            assertThat(load().mirrors()).isEmpty();
        }

        @Test
        void that_names_a_mirror_twice_or_not_at_all_is_refused() throws IOException {
            for (var text : List.of("a,", "a, a", "ftp://x/y", "a with ", ",")) {
                write("repository: {path: r, mirrors: '%s'}\n".formatted(text));
                assertThatExceptionOfType(InvalidConfigurationException.class)
                        .as(text)
                        .isThrownBy(ConfigurationTest.this::load);
            }
        }

        @Test
        void that_looks_like_another_number_is_taken_as_it_is_written() throws IOException {
            write("member: 0x10\nrepository: {path: 010}\n");

            assertThat(load().get(Settings.MEMBER)).hasToString("0x10");
            assertThat(load().get(Settings.REPOSITORY_PATH))
                    .isEqualTo(new RepositoryLocation.Folder(folder.resolve("010")));
        }

        @Test
        void that_is_missing_is_named_with_every_way_to_give_it() throws IOException {
            assertThatExceptionOfType(InvalidConfigurationException.class)
                    .isThrownBy(() -> load().get(Settings.REPOSITORY_PATH))
                    .withMessage("'repository.path' is not configured")
                    .extracting(InvalidConfigurationException::hint)
                    .isEqualTo("give --repository DIR, set HOLDFAST_REPOSITORY_PATH, or name the configuration file, by"
                            + " --config or HOLDFAST_CONFIG: there is neither ./holdfast.yaml nor"
                            + " /etc/holdfast/holdfast.yaml");

            write("member: here\n");
            assertThatExceptionOfType(InvalidConfigurationException.class)
                    .isThrownBy(() -> load().get(Settings.REPOSITORY_PATH))
                    .extracting(InvalidConfigurationException::hint)
                    .isEqualTo("give --repository DIR, set HOLDFAST_REPOSITORY_PATH, or write it into '%s'"
                            .formatted(folder.resolve("holdfast.yaml")));
        }

        @Test
        void in_an_empty_file_or_section_is_not_there() throws IOException {
            write("# nothing\nbackup:\n");
            assertThat(load().find(Settings.BACKUP_JOBS)).isEmpty();

            write("");
            assertThat(load().find(Settings.BACKUP_JOBS)).isEmpty();
        }
    }

    @Nested
    class A_problem {

        @Test
        void names_its_place_and_the_nearest_key() throws IOException {
            write("backup:\n  jbos: 2\n");

            assertThat(refusal()).hasMessage("holdfast.yaml:2:3: unknown key 'backup.jbos'");
            assertThat(refusal().hint()).isEqualTo("did you mean 'backup.jobs'?");
        }

        @Test
        void of_a_key_in_the_wrong_section_names_the_right_one() throws IOException {
            write("backup:\n  upload-every: 2s\n");

            assertThat(refusal().hint()).isEqualTo("did you mean 'capture.upload-every'?");
        }

        @Test
        void of_a_key_like_no_other_lists_those_that_exist() throws IOException {
            write("zebra: 1\n");

            assertThat(refusal().hint())
                    .isEqualTo(
                            "known are backup, capture, evidence-key-file, kms, member, plan, postgres, repository, retention, s3, state-directory");
        }

        @Test
        void is_told_together_with_all_others() throws IOException {
            write("repositroy: {path: x}\nbackup:\n  jobs: many\n  jobs: 2\n  every: 1 day\npostgres: 5\n");
            environment.put("HOLDFAST_CAPTURE_SLOT", "Upper");
            environment.put("HOLDFAST_MEMBR", "x");
            flags.put(Settings.BACKUP_MAX_RATE, "fast");

            assertThat(problems())
                    .containsExactly(
                            "the configuration has 8 problems:",
                            "  holdfast.yaml:1:1: unknown key 'repositroy'; did you mean 'repository'?",
                            "  holdfast.yaml:3:9: 'backup.jobs' is 'many'; give a whole number from 1 to 256",
                            "  holdfast.yaml:4:3: 'backup.jobs' is there twice; remove one of them",
                            "  holdfast.yaml:5:10: 'backup.every' is '1 day'; give never, or a duration such as 500ms, 1s, 10m,"
                                    + " 24h or 7d",
                            "  holdfast.yaml:6:1: 'postgres' is a section; write its settings indented beneath it",
                            "  HOLDFAST_MEMBR: unknown variable; did you mean HOLDFAST_MEMBER?",
                            "  HOLDFAST_CAPTURE_SLOT: 'capture.slot' is 'Upper'; give a name of lower-case letters,"
                                    + " digits and '_', at most 63",
                            "  --max-rate: 'backup.max-rate' is 'fast'; give a size such as 4MiB, 500MB or 1GB (units:"
                                    + " B, kB, MB, GB, TB, KiB, MiB, GiB, TiB)");
        }

        @Test
        void is_an_anchor_or_an_alias_or_a_tag() throws IOException {
            write("member: &m one\npostgres: &p {user: *m, host: !x y}\n");

            assertThat(problems().skip(1))
                    .containsExactly(
                            "  holdfast.yaml:1:9: an anchor ('&name') is not understood; write the value itself",
                            "  holdfast.yaml:2:11: an anchor ('&name') is not understood; write the value itself",
                            "  holdfast.yaml:2:21: an alias ('*name') is not understood; write the value itself",
                            "  holdfast.yaml:2:31: a tag ('!name') is not understood; write the value without it");
        }

        @Test
        void is_a_list_or_nothing_where_a_value_belongs() throws IOException {
            write("member: [a, b]\ncapture:\n  slot:\n");

            assertThat(problems().skip(1))
                    .containsExactly(
                            "  holdfast.yaml:1:1: 'member' takes one value, not a list or a section; write 'member:"
                                    + " NAME'",
                            "  holdfast.yaml:3:3: 'capture.slot' has no value; write 'slot: NAME'");
        }

        @Test
        void is_a_second_document_or_no_settings_at_all() throws IOException {
            write("member: a\n---\nmember: b\n");
            assertThat(refusal()).hasMessageContaining("a second document begins");

            write("- a\n");
            assertThat(refusal()).hasMessage("holdfast.yaml:1:1: the file does not hold 'key: value' lines");
        }

        @Test
        void is_what_is_no_yaml() throws IOException {
            write("member: \"open\nbackup: 1\n");

            assertThat(refusal()).hasMessageStartingWith("holdfast.yaml:");
            assertThat(refusal().hint()).isEqualTo("correct the YAML");
        }

        @Test
        void is_a_file_that_was_named_and_is_not_there() {
            environment.put("HOLDFAST_CONFIG", "lost.yaml");

            assertThat(refusal()).hasMessage("there is no configuration file 'lost.yaml'");
            assertThat(refusal().hint()).startsWith("HOLDFAST_CONFIG names it");
        }

        @Test
        void is_not_a_variable_that_somebody_else_made() {
            environment.put("HOLDFAST_SERVICE_HOST", "10.0.0.1");

            assertThat(load().find(Settings.HOST)).isEmpty();
        }
    }
}
