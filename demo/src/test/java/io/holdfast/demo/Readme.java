package io.holdfast.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** The blocks of commands and files of a document, by the heading that they stand under. */
record Readme(String text) {

    /** Also of a block that belongs to an item of a list. */
    private static final Pattern BLOCK =
            Pattern.compile("^( *)```(?<kind>\\w+)\\n(?<content>.*?)^ *```$", Pattern.MULTILINE | Pattern.DOTALL);

    static Readme read() throws IOException {
        return read("README.md");
    }

    /** Another document, by its path in the project. */
    static Readme read(String path) throws IOException {
        return new Readme(Files.readString(Path.of("..").resolve(path)));
    }

    /** The blocks of a kind beneath a heading, in order, without their indentation. */
    List<String> blocks(String heading, String kind) {
        var blocks = new ArrayList<String>();
        var matcher = BLOCK.matcher(section(heading));
        while (matcher.find()) {
            if (matcher.group("kind").equals(kind)) {
                blocks.add(matcher.group("content").stripTrailing().stripIndent());
            }
        }
        return blocks;
    }

    private String section(String heading) {
        int start = text.indexOf("\n## " + heading + "\n");
        if (start < 0) {
            throw new IllegalArgumentException("the document has no section '%s'".formatted(heading));
        }
        int end = text.indexOf("\n## ", start + 1);
        return text.substring(start, end < 0 ? text.length() : end);
    }
}
