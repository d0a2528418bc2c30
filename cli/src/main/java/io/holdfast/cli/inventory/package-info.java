/** What a repository holds: its backups, its WAL and what can be recovered from the two. Reads, and opens no server. */
@NullMarked
package io.holdfast.cli.inventory;

import org.jspecify.annotations.NullMarked;
