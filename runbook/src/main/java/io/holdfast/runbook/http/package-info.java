/** HTTP as actions need it: verified certificates, no redirects, bodies with a limit, and ends when it is interrupted. */
@NullMarked
package io.holdfast.runbook.http;

import org.jspecify.annotations.NullMarked;
