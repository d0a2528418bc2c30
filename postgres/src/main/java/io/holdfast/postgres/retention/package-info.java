/** Which backups and which WAL of a PostgreSQL cluster stay, and what restores and people hold. Section 12 of the format. */
@NullMarked
package io.holdfast.postgres.retention;

import org.jspecify.annotations.NullMarked;
