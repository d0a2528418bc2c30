package io.holdfast.repository.evidence;

/**
 * An entry of a chain by its place. Whoever keeps it outside of the repository can tell later that nothing before it, nor it,
 * was taken away.
 *
 * @param number counts from 1; 0 is before the first
 * @param hash of the entry, 64 hexadecimal digits
 */
public record Head(EvidenceKey key, int number, String hash) {}
