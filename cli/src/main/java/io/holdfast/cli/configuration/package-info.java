/**
 * What Holdfast is told before it works: {@code holdfast.yaml}, {@code HOLDFAST_*} variables and flags, checked as a
 * whole and reported together. {@link io.holdfast.cli.configuration.Settings} is the one list that the parser, the
 * flags, the JSON Schema and {@code docs/configuration.md} are made from.
 */
@NullMarked
package io.holdfast.cli.configuration;

import org.jspecify.annotations.NullMarked;
