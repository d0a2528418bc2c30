package io.holdfast.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class InitOptionsTest {

    @Test
    void never_print_the_password() {
        assertThat(InitOptions.withPassword("hunter2"))
                .asString()
                .contains("[REDACTED]")
                .doesNotContain("hunter2");
    }

    @Test
    void never_pass_the_password_as_an_argument_which_others_could_see() {
        assertThat(InitOptions.withPassword("hunter2").arguments(18))
                .contains("--auth-host=scram-sha-256")
                .noneMatch(argument -> argument.contains("hunter2"));
    }

    @Test
    void turn_checksums_off_by_an_option_only_where_they_are_on_by_default() {
        var without = InitOptions.forTests().withDataChecksums(false);

        assertThat(without.arguments(18)).contains("--no-data-checksums");
        assertThat(without.arguments(17)).noneMatch(argument -> argument.contains("checksums"));
    }
}
