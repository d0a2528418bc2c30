package io.holdfast.plan.file;

import io.holdfast.plan.yaml.Node;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** What may stand in one place of a file, and what it becomes. */
interface Shape<T> {

    /**
     * Reads what stands there.
     *
     * @param path what the place is called in a message: {@code objectives.rto}
     * @return empty after a problem
     */
    Optional<T> read(Node node, String path, Problems problems);

    /** Its JSON Schema; a section that has a name goes among the definitions. */
    Map<String, Object> schema(Definitions definitions);

    /** The same, looked up late: a step may hold steps. */
    static <T> Shape<T> late(Supplier<Shape<T>> shape) {
        return new Shape<>() {
            @Override
            public Optional<T> read(Node node, String path, Problems problems) {
                return shape.get().read(node, path, problems);
            }

            @Override
            public Map<String, Object> schema(Definitions definitions) {
                return shape.get().schema(definitions);
            }
        };
    }
}
