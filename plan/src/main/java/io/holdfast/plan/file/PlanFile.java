package io.holdfast.plan.file;

import io.holdfast.plan.Plan;
import io.holdfast.plan.PlanHash;
import io.holdfast.plan.yaml.Node;
import io.holdfast.plan.yaml.Place;
import io.holdfast.plan.yaml.YamlDocument;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Reads the file of a plan. */
public final class PlanFile {

    /** In bytes: a hundred times what the largest plan that we know has, and as much as the parser reads. */
    private static final int LARGEST = 3 << 20;

    private PlanFile() {}

    /** Reads what a file holds, and finds everything that is wrong with how it is written. */
    public static ReadPlan read(String text) {
        var problems = new Problems();
        if (text.length() > LARGEST) {
            problems.add(Place.START, "plan.malformed", tooLarge(), "keep what is no plan elsewhere");
            return new ReadPlan(Optional.empty(), Set.of(), problems.list(), Places.of(new Node.Empty(Place.START)));
        }
        var root = YamlDocument.read(text, "plan.malformed", problems.sink());
        if (root.isEmpty() && problems.count() == 0) {
            problems.add(
                    Place.START,
                    "plan.malformed",
                    "the file is empty",
                    "'holdfast plan init' writes one to begin with");
        }
        if (!(root.orElse(null) instanceof Node.Mapping mapping)) {
            root.ifPresent(node -> problems.add(
                    node.place(),
                    "plan.malformed",
                    "the file does not hold 'key: value' lines",
                    "see docs/plan.md for an example"));
            return new ReadPlan(
                    Optional.empty(),
                    Set.of(),
                    problems.list(),
                    Places.of(root.orElseGet(() -> new Node.Empty(Place.START))));
        }
        var fields = PlanShape.PLAN.fields(mapping, "", problems);
        var unread = PlanShape.PLAN.keys().stream()
                .filter(key -> fields.find(key).isEmpty())
                .map(Section.Key::name)
                .collect(Collectors.toSet());
        var plan = PlanShape.PLAN.make(fields).map(make -> make.apply(CanonicalForm.hash(mapping)));
        return new ReadPlan(plan, unread, problems.list(), Places.of(mapping));
    }

    /** The hash of what a file holds, also of a plan that only a newer version can read; empty if it is none of any version. */
    public static Optional<PlanHash> hash(String text) {
        var problems = new Problems();
        return YamlDocument.read(text, "plan.malformed", problems.sink())
                .filter(_ -> problems.count() == 0)
                .filter(Node.Mapping.class::isInstance)
                .map(CanonicalForm::hash);
    }

    /**
     * The plan of a file.
     *
     * @throws PlanException if it cannot be read, with everything that is wrong
     */
    public static Plan load(Path file) {
        return readable(file, text(file)).plan().orElseThrow();
    }

    /**
     * Reads what a file holds, in which there is a plan.
     *
     * @param file for the message
     * @throws PlanException if there is none, with everything that is wrong
     */
    public static ReadPlan readable(Path file, String text) {
        var read = read(text);
        if (read.plan().isEmpty()) {
            throw PlanException.malformed(file, read.problems());
        }
        return read;
    }

    /**
     * What stands in a file.
     *
     * @throws PlanException if it cannot be read
     */
    public static String text(Path file) {
        try (var in = Files.newInputStream(file)) {
            var bytes = in.readNBytes(LARGEST + 1);
            if (bytes.length > LARGEST) {
                throw PlanException.unusable(file, tooLarge(), "keep what is no plan elsewhere");
            }
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw PlanException.notText(file, e);
        } catch (IOException e) {
            throw PlanException.unreadable(file, e);
        }
    }

    /**
     * The same of a file that is looked at again and again. A pipe gives what is in it once, and lets whoever looks wait.
     *
     * @throws PlanException if it cannot be read, or is no regular file
     */
    public static String textOfRegular(Path file) {
        if (Files.exists(file) && !Files.isRegularFile(file)) {
            throw PlanException.unusable(
                    file, "it is no regular file", "name a file, which can be looked at again and again");
        }
        return text(file);
    }

    private static String tooLarge() {
        return "it is larger than %d MiB".formatted(LARGEST >> 20);
    }

    /** The JSON Schema (2020-12) of the file, for editors: strings, numbers, lists and maps. */
    public static Map<String, Object> schema() {
        var definitions = new Definitions();
        var top = PlanShape.PLAN.definition(definitions);
        var document = new LinkedHashMap<String, Object>();
        document.put("$schema", "https://json-schema.org/draft/2020-12/schema");
        document.put("title", "Holdfast plan");
        document.putAll(top);
        document.put("$defs", definitions.all());
        return ordered(document);
    }

    /** Keys in the order in which they were put, or else by name, so that the text is the same every time. */
    private static Map<String, Object> ordered(Map<?, ?> map) {
        var named = new LinkedHashMap<String, Object>();
        map.forEach((key, value) -> named.put(String.valueOf(key), ordered(value)));
        return map instanceof LinkedHashMap ? named : new TreeMap<>(named);
    }

    private static Object ordered(Object value) {
        return switch (value) {
            case Map<?, ?> map -> ordered(map);
            case List<?> list -> list.stream().map(PlanFile::ordered).toList();
            default -> value;
        };
    }
}
