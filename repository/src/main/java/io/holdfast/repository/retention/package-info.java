/** Which backups stay: policy, reasons and holds. Pure decisions and documents; nothing is removed here. Section 12 of the format. */
@NullMarked
package io.holdfast.repository.retention;

import org.jspecify.annotations.NullMarked;
