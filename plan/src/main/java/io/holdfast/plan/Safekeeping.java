package io.holdfast.plan;

import java.util.List;
import java.util.Optional;

/**
 * Where that lies without which nothing can be recovered.
 *
 * @param repository each place that holds the backups
 * @param keys each place that holds a key that opens them
 * @param state the database that runs are recorded in; absent: not said
 */
public record Safekeeping(List<Keeping> repository, List<Keeping> keys, Optional<Keeping> state) {

    public static final Safekeeping NOT_SAID = new Safekeeping(List.of(), List.of(), Optional.empty());

    public Safekeeping {
        repository = List.copyOf(repository);
        keys = List.copyOf(keys);
    }

    /**
     * A place.
     *
     * @param region what fails together; absent: not said
     */
    public record Keeping(String location, Optional<String> region) {}
}
