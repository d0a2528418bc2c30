/** What happened, in the repository: shown, verified, and added to by whatever ends here. */
@NullMarked
package io.holdfast.cli.evidence;

import org.jspecify.annotations.NullMarked;
