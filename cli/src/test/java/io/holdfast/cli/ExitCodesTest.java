package io.holdfast.cli;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.problem.ProblemKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class ExitCodesTest {

    private static final Pattern ROW = Pattern.compile("^\\| (\\d+) \\| `([A-Z]+)` \\|.*");

    @Test
    void every_kind_of_problem_is_documented_with_its_exit_code_and_nothing_else_is() throws IOException {
        var documented = Files.readAllLines(Path.of("../docs/exit-codes.md")).stream()
                .map(ROW::matcher)
                .filter(row -> row.matches())
                .collect(toMap(row -> row.group(2), row -> Integer.valueOf(row.group(1))));

        assertThat(documented)
                .isEqualTo(Arrays.stream(ProblemKind.values()).collect(toMap(Enum::name, ProblemKind::exitCode)));
    }
}
