package io.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.zxing.BinaryBitmap;
import com.google.zxing.RGBLuminanceSource;
import com.google.zxing.common.HybridBinarizer;
import com.google.zxing.qrcode.QRCodeReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code key}, which needs no server. */
class KeyCommandsTest {

    private static final Pattern LINE = Pattern.compile("(?m)^[1-4]  (?:[0-9A-Z]{4} ?){4}$");

    @TempDir
    private Path folder;

    private CommandRun commands() {
        return new CommandRun(folder)
                .variable("HOLDFAST_REPOSITORY_PATH", "r")
                .variable("HOLDFAST_REPOSITORY_KEY_FILE", "key");
    }

    private CommandRun with(String keyFile) {
        return commands().variable("HOLDFAST_REPOSITORY_KEY_FILE", keyFile);
    }

    @BeforeEach
    void make_a_repository() {
        done(commands().run("init", "--name", "shop", "--generate-key"));
    }

    private static CommandRun.Ended done(CommandRun.Ended ended) {
        assertThat(ended.exitCode()).describedAs(ended.err()).isZero();
        return ended;
    }

    private static void refused(CommandRun.Ended ended, int exitCode, String error) {
        assertThat(ended.exitCode()).describedAs(ended.err()).isEqualTo(exitCode);
        assertThat(ended.out()).isEmpty();
        assertThat(ended.err().lines().filter(line -> line.startsWith("ERROR: ")))
                .singleElement()
                .asString()
                .matches("ERROR: " + error);
        assertThat(ended.err().lines().filter(line -> line.startsWith("HINT: ")))
                .hasSize(1);
    }

    private JsonNode list() {
        return JsonMapper.shared()
                .readTree(done(commands().run("key", "list", "-o", "json")).out());
    }

    @Nested
    class A_key {

        @Test
        void that_is_added_opens_the_repository_and_is_listed_with_its_label() throws IOException {
            done(commands().run("key", "add", "--new-key-file", "second", "--generate-key", "--label", "host standby"));

            done(with("second").run("info"));
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("second"))))
                    .isEqualTo("rw-------");
            assertThat(list().get("keys").get(1).get("label").asString()).isEqualTo("host standby");
            assertThat(done(commands().run("key", "list")).out())
                    .startsWith("epochs  1, the key in use opens 1")
                    .contains("host standby", "in use");
        }

        @Test
        void may_be_a_passphrase_that_is_typed_twice_or_lies_in_a_file() throws IOException {
            done(commands().typing("correct horse", "correct horse").run("key", "add", "--new-passphrase"));
            var file = Files.writeString(folder.resolve("phrase"), "battery staple\n");
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
            done(commands().run("key", "add", "--new-passphrase-file", "phrase"));

            done(new CommandRun(folder).typing("correct horse").run("info", "--repository", "r"));
            done(new CommandRun(folder).run("info", "--repository", "r", "--passphrase-file", "phrase"));
            refused(
                    commands().typing("one", "another").run("key", "add", "--new-passphrase"),
                    2,
                    "the two passphrases are not the same");
        }

        @Test
        void that_is_not_named_is_asked_for_before_anything_is_opened() {
            refused(
                    with("missing").run("key", "add"),
                    2,
                    "it is not said which key shall open the repository from now on");
            refused(
                    commands().run("key", "add", "--new-passphrase", "--generate-key"),
                    2,
                    "--generate-key does not know where the key file shall be");
            refused(commands().run("key", "add", "--new-passphrase"), 5, "there is no terminal to ask at");
        }

        @Test
        void is_never_overwritten() {
            refused(
                    commands().run("key", "rotate", "--new-key-file", "key", "--generate-key"),
                    5,
                    "key file '.*/key' already exists");
            assertThat(list().get("keys")).hasSize(1);
        }

        @Test
        void that_is_rotated_reads_with_a_warning_and_writes_nothing() {
            done(commands().run("key", "rotate", "--new-key-file", "second", "--generate-key"));

            var info = done(commands().run("info"));
            assertThat(info.err()).startsWith("WARNING: this key (").contains("was retired at", "HINT: ");
            refused(
                    commands().run("key", "add", "--new-key-file", "third", "--generate-key"),
                    5,
                    "this key \\([0-9a-f]{16}\\) of the repository in .* was retired at .*");
            assertThat(folder.resolve("third")).doesNotExist();
            var check = commands().run("key", "check", "-o", "json");
            assertThat(check.exitCode()).isEqualTo(1);
            assertThat(check.out()).contains("was retired at");
            done(with("second").run("key", "check"));
        }

        @Test
        void whose_wraps_are_removed_opens_nothing() {
            done(commands().run("key", "rotate", "--new-key-file", "second", "--generate-key", "--remove-old-wraps"));

            refused(commands().run("info"), 5, "wrong key-file for the repository in .*");
            done(with("second").run("info"));
        }

        @Test
        void of_somebody_who_left_is_retired_by_its_name() {
            done(commands().run("key", "add", "--new-key-file", "second", "--generate-key"));
            var second = list().get("keys").get(1).get("key").asString();

            refused(commands().run("key", "retire", "Alice"), 2, "not the name of a key: 'Alice'");
            done(commands().run("key", "retire", second, "--dry-run"));
            done(with("second").run("key", "check"));
            done(commands().run("key", "retire", second, "--remove-wraps"));

            refused(with("second").run("info"), 5, "wrong key-file for the repository in .*");
        }

        @Test
        void that_was_replaced_reads_what_is_old_and_a_dry_run_changes_nothing() {
            done(commands().run("key", "replace", "--new-key-file", "second", "--generate-key", "--dry-run"));
            assertThat(folder.resolve("second")).doesNotExist();
            assertThat(list().get("epochs").asInt()).isEqualTo(1);

            var replaced = done(commands().run("key", "replace", "--new-key-file", "second", "--generate-key"));

            assertThat(replaced.err()).contains("these keys do not open epoch 2: ", "take a backup");
            assertThat(list().get("epochs").asInt()).isEqualTo(2);
            assertThat(list().get("open").asInt()).isEqualTo(1);
            assertThat(commands().run("key", "check").exitCode()).isEqualTo(1);
            assertThat(done(with("second").run("key", "check")).out()).contains("good");
            assertThat(done(with("second").run("key", "list")).out()).contains("replaced: reads older epochs");
        }
    }

    @Nested
    class A_recovery_sheet {

        @Test
        void is_private_is_never_overwritten_and_shows_its_secret_nowhere_else() throws IOException {
            var made = done(commands().run("key", "export", "--sheet", "sheet.txt", "--label", "safe"));

            var sheet = folder.resolve("sheet.txt");
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(sheet)))
                    .isEqualTo("rw-------");
            var text = Files.readString(sheet);
            assertThat(text)
                    .contains("repository   shop", "location     " + folder.resolve("r"), "opens        epoch 1");
            var lines = lines(text);
            assertThat(lines).hasSize(4);
            var seen = made.out()
                    + made.err()
                    + done(commands().run("key", "list", "--debug")).out();
            assertThat(lines).allSatisfy(line -> assertThat(seen).doesNotContain(line.substring(3)));
            refused(commands().run("key", "export", "--sheet", "sheet.txt"), 3, "'.*/sheet.txt' already exists");
            assertThat(sheet).hasContent(text);
            assertThat(list().get("keys")).hasSize(2);
        }

        @Test
        void that_cannot_be_written_leaves_no_key() {
            refused(
                    commands().run("key", "export", "--sheet", "none/sheet.txt"),
                    8,
                    "the recovery sheet '.*' cannot be written: .*");
            assertThat(list().get("keys")).hasSize(1);
        }

        @Test
        void that_others_can_read_is_refused() throws IOException {
            done(commands().run("key", "export", "--sheet", "sheet.txt"));
            Files.setPosixFilePermissions(folder.resolve("sheet.txt"), PosixFilePermissions.fromString("rw-r--r--"));

            refused(
                    commands().run("key", "check", "--recovery-sheet", "sheet.txt"),
                    5,
                    "recovery sheet '.*' is open to others \\(mode rw-r--r--\\)");
        }

        @Test
        void that_is_typed_in_is_confirmed_and_one_with_a_slip_is_not() {
            var lines = lines(done(commands().run("key", "export", "--print")).out());
            var wrong = lines.get(2).replaceFirst("[^ ]$", lines.get(2).endsWith("0") ? "1" : "0");

            refused(
                    commands()
                            .typing(lines.get(0), lines.get(1), wrong, lines.get(3))
                            .run("key", "check", "--recovery-sheet", "-"),
                    5,
                    "line 3 of the recovery key is mistyped");
            assertThat(list().get("keys").get(1).get("confirmed").isNull()).isTrue();

            var checked = done(commands()
                    .typing(lines.get(0), lines.get(1).substring(3), lines.get(2), lines.get(3))
                    .run("key", "check", "--recovery-sheet", "-"));

            assertThat(checked.out()).contains("good, confirmed");
            assertThat(list().get("keys").get(1).get("confirmed").isString()).isTrue();
        }

        @Test
        void makes_a_key_file_again_when_the_only_one_is_lost() throws IOException {
            done(commands().run("key", "export", "--sheet", "sheet.html"));
            Files.delete(folder.resolve("key"));

            refused(commands().run("info"), 5, "there is no key file '.*/key'");
            done(commands().run("info", "--recovery-sheet", "sheet.html"));
            refused(commands().run("key", "import", "--generate-key"), 2, "there is nothing to import");
            assertThat(folder.resolve("key")).doesNotExist();
            done(commands().run("key", "import", "--recovery-sheet", "sheet.html", "--generate-key"));

            done(commands().run("info"));
            done(commands().run("key", "check"));
            refused(
                    commands().run("key", "import", "--recovery-sheet", "sheet.html", "--generate-key"),
                    5,
                    "key file '.*/key' already exists");
        }

        @Test
        void of_another_repository_does_not_open_this_one() {
            done(commands().run("init", "--name", "other", "--repository", "other"));
            done(commands().run("key", "export", "--sheet", "other.txt", "--repository", "other"));
            done(commands().run("key", "export", "--sheet", "sheet.txt"));

            refused(
                    commands().run("info", "--recovery-sheet", "other.txt"),
                    5,
                    "wrong recovery-sheet for the repository in .*");
        }

        @Test
        void can_be_scanned() throws Exception {
            var text = done(commands().run("key", "export", "--print")).out();
            var scanned = scan(text.lines()
                    .filter(line -> line.matches("[ \u2580\u2584\u2588]+"))
                    .toList());
            Files.writeString(folder.resolve("scanned"), scanned);
            Files.setPosixFilePermissions(folder.resolve("scanned"), PosixFilePermissions.fromString("rw-------"));

            assertThat(scanned)
                    .isEqualTo("HOLDFAST-RECOVERY:1:"
                            + String.join("", lines(text))
                                    .replaceAll("[1-4]  ", "")
                                    .replace(" ", ""));
            done(commands().run("info", "--recovery-sheet", "scanned"));
        }

        private static List<String> lines(String sheet) {
            return LINE.matcher(sheet).results().map(found -> found.group()).toList();
        }

        /** Draws what a person would hold a camera to. */
        private static String scan(List<String> rows) throws Exception {
            int scale = 4;
            int width = rows.getFirst().length() * scale;
            int height = rows.size() * 2 * scale;
            var pixels = new int[width * height];
            for (int y = 0; y < height; y++) {
                for (int x = 0; x < width; x++) {
                    char square = rows.get(y / scale / 2).charAt(x / scale);
                    boolean upper = y / scale % 2 == 0;
                    boolean dark = square == '\u2588' || square == (upper ? '\u2580' : '\u2584');
                    pixels[y * width + x] = dark ? 0 : 0xFFFFFF;
                }
            }
            return new QRCodeReader()
                    .decode(new BinaryBitmap(new HybridBinarizer(new RGBLuminanceSource(width, height, pixels))))
                    .getText();
        }
    }
}
