package io.holdfast.plan;

/** A program that a recovery may need. */
public record ScriptLocation(String path, String purpose) {}
