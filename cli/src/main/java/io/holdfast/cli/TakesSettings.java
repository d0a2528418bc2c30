package io.holdfast.cli;

import io.holdfast.cli.configuration.Setting;
import java.util.List;

/** A command that is configured: it gets {@code --config} and the flags of its settings, and asks {@link Workspace}. */
public interface TakesSettings {

    /** Those whose flags it takes. The others still reach it from file and environment. */
    List<Setting<?>> settings();
}
