package io.holdfast.plan.yaml;

/**
 * Something that is wrong with a file as it is written.
 *
 * @param code stable, for example {@code plan.unknown-key}
 * @param message what is wrong, with which key; lower case, no full stop
 * @param hint what to write instead
 */
public record Problem(Place place, String code, String message, String hint) {}
