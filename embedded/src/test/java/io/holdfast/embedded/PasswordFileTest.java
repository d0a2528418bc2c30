package io.holdfast.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class PasswordFileTest {

    private final PasswordFile passwords = new PasswordFile(List.of(
            "root:x:0:0:root:/root:/bin/bash",
            "toor:x:0:0::/:/bin/sh",
            "broken line",
            "postgres:x:101:104:PostgreSQL administrator,,,:/var/lib/postgresql:/bin/bash"));

    @Test
    void gives_a_user_and_its_group() {
        assertThat(passwords.entry("postgres")).contains(new PasswordFile.Entry("postgres", 101, 104));
    }

    @Test
    void knows_nobody_who_is_not_in_it() {
        assertThat(passwords.entry("nobody")).isEmpty();
    }

    @Test
    void never_gives_root_under_any_name() {
        assertThat(passwords.entry("root")).isEmpty();
        assertThat(passwords.entry("toor")).isEmpty();
    }
}
