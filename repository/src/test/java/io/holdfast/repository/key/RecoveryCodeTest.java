package io.holdfast.repository.key;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.holdfast.problem.Secret;
import io.holdfast.repository.SeededRandom;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RecoveryCodeTest {

    private static final byte[] SALT = new byte[16];

    private final RecoveryKey key = RecoveryKey.draw(new SeededRandom(5));
    private final List<String> lines =
            key.code().lines().stream().map(Secret::reveal).toList();

    /** Pinned: a sheet that lies in a safe must be read by every later version. */
    @Test
    void is_written_as_the_format_says() {
        var bytes = new byte[32];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (i * 37);
        }

        var code = new RecoveryKey(bytes).code();

        assertThat(code.lines().stream().map(Secret::reveal))
                .containsExactly(
                        "1  00JM MVWM Q7F0 72BS",
                        "2  516Q 55XW W432 PQBP",
                        "3  A1TS NFZ4 14Q5 7GW8",
                        "4  F2EW 5SRC 65B7 PG03");
        assertThat(code.oneLine().reveal())
                .isEqualTo("HOLDFAST-RECOVERY:1:" + "00JMMVWMQ7F072BS516Q55XWW432PQBPA1TSNFZ414Q57GW8F2EW5SRC65B7PG03");
    }

    @Test
    void reads_what_it_wrote_among_other_lines_in_any_order() {
        var shuffled = lines.stream().collect(Collectors.toList());
        Collections.reverse(shuffled);
        var sheet = "SHEET\n1. a step that is no line of the key\n  " + String.join("\nthen\n\t", shuffled) + "\nend";

        assertThat(derived(sheet)).isEqualTo(key.derive(SALT, Argon2Settings.NONE));
    }

    @Test
    void reads_what_was_scanned() {
        assertThat(derived("holdfast\n" + key.code().oneLine().reveal() + "\n"))
                .isEqualTo(key.derive(SALT, Argon2Settings.NONE));
        assertThat(derived(
                        String.join("\n", lines) + "\n" + key.code().oneLine().reveal()))
                .isEqualTo(key.derive(SALT, Argon2Settings.NONE));
    }

    @Test
    void takes_small_letters_and_letters_that_look_like_digits() {
        var typed = String.join("\n", lines)
                .toLowerCase(Locale.ROOT)
                .replace("  ", " : ")
                .replace(" : ", ")  ")
                .replace('0', 'o');

        assertThat(derived(typed)).isEqualTo(key.derive(SALT, Argon2Settings.NONE));
        assertThat(derived(String.join("\n", lines).replaceAll("(?<=[A-Z ])1", "l")))
                .isEqualTo(key.derive(SALT, Argon2Settings.NONE));
    }

    @Test
    void every_single_slip_is_found_on_its_line() {
        for (int line = 0; line < lines.size(); line++) {
            var right = lines.get(line);
            for (int at = 3; at < right.length(); at++) {
                if (right.charAt(at) != ' ') {
                    var wrong = new StringBuilder(right);
                    wrong.setCharAt(at, right.charAt(at) == 'Z' ? 'Y' : 'Z');
                    var sheet = String.join("\n", lines).replace(right, wrong);

                    assertThat(refusal(sheet)).hasMessage("line %d of the recovery key is mistyped", line + 1);
                }
            }
        }
    }

    @Test
    void a_letter_that_there_is_not_is_a_slip() {
        var sheet = String.join("\n", lines).replaceAll("(?m)^3  .", "3  U");

        assertThat(refusal(sheet)).hasMessage("line 3 of the recovery key is mistyped");
        assertThat(refusal(sheet).hint())
                .isEqualTo("compare it with the sheet, letter by letter; it has no I, L, O or U");
    }

    @Test
    void lines_that_changed_places_are_found() {
        var sheet = String.join("\n", lines)
                .replaceAll("(?m)^1 ", "9 ")
                .replaceAll("(?m)^2 ", "1 ")
                .replaceAll("(?m)^9 ", "2 ");

        assertThat(refusal(sheet)).hasMessage("line 1 of the recovery key is mistyped");
    }

    @ParameterizedTest
    @CsvSource({"0,'1, 2, 3, 4'", "1,'2, 3, 4'", "3,4"})
    void a_part_of_it_is_refused(int kept, String missing) {
        assertThat(refusal(String.join("\n", lines.subList(0, kept))))
                .hasMessage("the recovery sheet lacks line %s of its key", missing);
    }

    @Test
    void two_sheets_in_one_file_are_refused() {
        var other = RecoveryKey.draw(new SeededRandom(6)).code().oneLine().reveal();

        assertThat(refusal(String.join("\n", lines) + "\n" + other))
                .hasMessage("the recovery sheet has two different lines 1");
    }

    @Test
    void is_not_printed_nor_said_in_a_refusal() {
        assertThat(key.toString() + key.code() + key.code().lines())
                .doesNotContain(lines.getFirst().substring(3));
        assertThat(refusal(lines.getFirst()).toString()
                        + refusal(lines.getFirst()).hint())
                .doesNotContain(lines.getFirst().substring(3, 7));
    }

    private static byte[] derived(String sheet) {
        return RecoveryCode.parse(Secret.of(sheet)).derive(SALT, Argon2Settings.NONE);
    }

    private static KeyException refusal(String sheet) {
        return catchThrowableOfType(KeyException.class, () -> RecoveryCode.parse(Secret.of(sheet)));
    }
}
