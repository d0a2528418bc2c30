package io.holdfast.cli.configuration;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/** What is generated from the settings is also in the documentation, word for word. */
class DocumentationTest {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    @Test
    void the_shipped_schema_is_the_generated_one() throws IOException {
        var shipped = JSON.readTree(Files.readString(Path.of("../docs/holdfast.schema.json")));

        assertThat(shipped)
                .describedAs("run: ./holdfast config --schema > docs/holdfast.schema.json")
                .isEqualTo(JSON.readTree(JSON.writeValueAsString(JsonSchema.document())));
    }

    @Test
    void the_documentation_has_the_table_of_settings() throws IOException {
        assertThat(Path.of("../docs/configuration.md")).content().contains(SettingsTable.markdown());
    }

    @Test
    void every_setting_has_a_variable_of_its_own() {
        assertThat(Settings.ALL.stream().map(Setting::variable)).doesNotHaveDuplicates();
        assertThat(Settings.BACKUP_MAX_RATE.variable()).isEqualTo("HOLDFAST_BACKUP_MAX_RATE");
    }
}
