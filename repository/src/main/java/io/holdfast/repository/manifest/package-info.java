/** What a backup consists of: its manifest, pages of file entries, frame maps. Sections 6 and 7 of the format. */
@NullMarked
package io.holdfast.repository.manifest;

import org.jspecify.annotations.NullMarked;
