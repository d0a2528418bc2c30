package io.holdfast.demo;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The plan of optimal_build, the same file that is shipped, but for what its environment {@code local} calls the things of this
 * machine: those of the demo have other folders and ports each time.
 */
final class LocalPlan {

    private static final String SOURCE = "plan.yaml";
    private static final String ENVIRONMENT = "\n  local:\n";

    private LocalPlan() {}

    /**
     * Writes it.
     *
     * @param values by the key that stands before them in the environment
     */
    static Path write(Path file, Map<String, String> values) throws IOException {
        try (var source = LocalPlan.class.getResourceAsStream(SOURCE)) {
            if (source == null) {
                throw new IllegalStateException("the plan is not part of this build");
            }
            var text = new String(source.readAllBytes(), StandardCharsets.UTF_8);
            var begin = text.indexOf(ENVIRONMENT);
            if (begin < 0) {
                throw new IllegalStateException("the plan has no environment 'local'");
            }
            var local = text.substring(begin);
            for (var value : values.entrySet()) {
                local = replace(local, value.getKey(), value.getValue());
            }
            return Files.writeString(file, text.substring(0, begin) + local);
        }
    }

    private static String replace(String text, String key, String value) {
        var line = Pattern.compile("(?m)^( +" + Pattern.quote(key) + ": ).*$").matcher(text);
        if (!line.find()) {
            throw new IllegalStateException("environment 'local' of the plan has no '%s'".formatted(key));
        }
        return text.substring(0, line.end(1)) + value + text.substring(line.end());
    }
}
