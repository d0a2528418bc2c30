package io.holdfast.plan.procedure;

import io.holdfast.plan.action.ValueType;
import java.util.Optional;

/**
 * Something that whoever starts a procedure may or must say.
 *
 * @param fallback what it is when nothing is said; empty: it must be said
 */
public record Parameter(String name, ValueType type, Optional<String> fallback, String description) {}
