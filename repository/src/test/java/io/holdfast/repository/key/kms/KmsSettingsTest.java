package io.holdfast.repository.key.kms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KmsSettingsTest {

    private static final String ARN = "arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";

    private static KmsSettings of(String key, Optional<String> region) {
        return new KmsSettings(key, Optional.empty(), region, Optional.empty(), Optional.empty());
    }

    @Test
    void come_back_from_the_line_that_a_recovering_server_is_given() {
        var all = new KmsSettings(
                "arn:aws-cn:kms:cn-north-1:111122223333:alias/a/b_c",
                Optional.of(URI.create("http://[::1]:9000")),
                Optional.of("cn-north-1"),
                Optional.of("a profile & more = less"),
                Optional.of("arn:aws:iam::111122223333:role/r"));
        var least = of("alias/shop", Optional.empty());

        assertThat(KmsSettings.ofReference(all.reference())).isEqualTo(all);
        assertThat(all.reference()).doesNotContain(" ", "\n", "'");
        assertThat(KmsSettings.ofReference(least.reference())).isEqualTo(least);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                ARN,
                "arn:aws-us-gov:kms:us-gov-west-1:111122223333:key/mrk-1234abcd12ab34cd56ef1234567890ab",
                "arn:aws:kms:eu-central-1:111122223333:alias/shop",
                "alias/shop/keys-2026",
                "1234abcd-12ab-34cd-56ef-1234567890ab",
                "mrk-1234abcd12ab34cd56ef1234567890ab"
            })
    void name_a_key_in_every_form_that_kms_takes(String key) {
        assertThat(KmsSettings.isKey(key)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "shop",
                "alias/",
                "alias/a b",
                "arn:aws:s3:::bucket",
                "arn:aws:kms::111122223333:key/1",
                "arn:aws:kms:eu-central-1:111122223333:grant/1",
                ARN + "\n",
                " " + ARN
            })
    void name_nothing_else(String key) {
        assertThat(KmsSettings.isKey(key)).isFalse();
        assertThatThrownBy(() -> of(key, Optional.empty())).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void take_the_region_of_the_arn_before_the_one_that_is_configured() {
        assertThat(of(ARN, Optional.of("us-east-1")).regionOfKey()).contains("eu-central-1");
        assertThat(of("alias/shop", Optional.of("us-east-1")).regionOfKey()).contains("us-east-1");
        assertThat(of("alias/shop", Optional.empty()).regionOfKey()).isEmpty();
        assertThat(KmsSettings.regionOf(ARN)).contains("eu-central-1");
        assertThat(KmsSettings.regionOf("alias/shop")).isEmpty();
    }
}
