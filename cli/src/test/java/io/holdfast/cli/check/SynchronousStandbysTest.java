package io.holdfast.cli.check;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SynchronousStandbysTest {

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
        assertThat(SynchronousStandbys.of(setting).choose("shop")).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "holdfast", "shop_backup", "ANY 1 (a, workshop, \"my shop\")", "\"shop\"\"\""})
    void and_not_by_another(String setting) {
        assertThat(SynchronousStandbys.of(setting).choose("shop")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "shop",
                "SHOP, other",
                "1 (shop, other)",
                "first 2 (a, shop, b)",
                "shop, *",
                "ANY 2 (\"a b\", \"shop\")",
                "FIRST\n1\n(shop)",
            })
    void no_commit_returns_without_one_that_it_has_to_wait_for(String setting) {
        assertThat(SynchronousStandbys.of(setting).require("shop")).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "*",
                "other, shop",
                "*, shop",
                "2 (*, shop)",
                "FIRST 1 (other, shop)",
                "ANY 1 (other, shop)",
                "ANY 2 (shop, *)",
                "any, first, shop",
            })
    void and_one_can_where_others_do_as_well(String setting) {
        assertThat(SynchronousStandbys.of(setting).require("shop")).isFalse();
    }
}
