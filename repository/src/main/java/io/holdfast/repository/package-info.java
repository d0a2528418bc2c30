/**
 * The write-once, encrypted store that holds everything needed to recover: its root, opening and creating it. The
 * packages beneath are its layers, lowest first: {@code disk}, {@code store}, {@code key}, {@code frame},
 * {@code pack}, {@code manifest}. The bytes are specified in {@code docs/repository-format.md}.
 */
@NullMarked
package io.holdfast.repository;

import org.jspecify.annotations.NullMarked;
