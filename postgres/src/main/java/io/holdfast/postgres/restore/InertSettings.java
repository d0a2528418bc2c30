package io.holdfast.postgres.restore;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What a clone that can harm nobody is allowed.
 *
 * @param socketFolder of its unix socket, which only its user should be able to enter
 * @param port on the loopback interface as well; absent: no TCP at all
 * @param libraries {@code shared_preload_libraries} without which its data cannot be read
 */
public record InertSettings(Path socketFolder, Optional<Integer> port, List<String> libraries) {

    public InertSettings {
        libraries = List.copyOf(libraries);
    }
}
