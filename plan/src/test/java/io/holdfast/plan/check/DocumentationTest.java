package io.holdfast.plan.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.plan.ShippedPlans;
import io.holdfast.plan.file.PlanFile;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class DocumentationTest {

    private static final Pattern WARNING = Pattern.compile("report\\.warning\\(\\s*\"(plan\\.[a-z-]+)\"");

    @Test
    void every_warning_has_a_line_in_the_documentation() throws IOException {
        var codes = new TreeSet<String>();
        try (var files = Files.list(ShippedPlans.file("plan/src/main/java/io/holdfast/plan/check"))) {
            for (var file : files.toList()) {
                WARNING.matcher(Files.readString(file)).results().forEach(found -> codes.add(found.group(1)));
            }
        }

        assertThat(codes).hasSizeGreaterThan(15);
        assertThat(documentation())
                .contains(codes.stream().map("`%s`"::formatted).toList());
    }

    @Test
    void every_section_is_in_the_documentation() throws IOException {
        var sections = ((Map<?, ?>) PlanFile.schema().getOrDefault("properties", Map.of())).keySet();

        assertThat(sections).isNotEmpty();
        assertThat(documentation())
                .contains(sections.stream().map("`%s`"::formatted).toList());
    }

    private static String documentation() throws IOException {
        return Files.readString(ShippedPlans.file("docs/plan.md"));
    }
}
