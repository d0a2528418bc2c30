package io.holdfast.cli.check;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SettingChecksTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "shop",
                "SHOP",
                "*",
                "first 1 (a, shop)",
                "ANY 2 (\"a b\", \"shop\")",
                "FIRST 1 (holdfast,shop)",
            })
    void a_capture_is_chosen_by_its_own_name(String setting) {
        assertThat(SettingChecks.chooses(setting, "shop")).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "holdfast", "shop_backup", "ANY 1 (a, workshop, \"my shop\")", "\"shop\"\"\""})
    void and_not_by_another(String setting) {
        assertThat(SettingChecks.chooses(setting, "shop")).isFalse();
    }
}
