package io.holdfast.cli.configuration;

import java.nio.file.Path;

/**
 * A value as somebody wrote it.
 *
 * @param where for messages: file:line:column, a variable or a flag
 * @param base what a relative path is relative to
 */
record GivenText(Setting<?> setting, String text, Origin origin, String where, Path base) {}
