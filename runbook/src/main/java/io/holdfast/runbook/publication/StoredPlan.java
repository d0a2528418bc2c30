package io.holdfast.runbook.publication;

import io.holdfast.repository.frame.Unreadable;
import java.util.Optional;

/**
 * What is under a number.
 *
 * @param name that number, which is never lower than that of its plan
 * @param plan absent if that cannot be read, or is none of this repository's
 * @param unreadable why
 */
record StoredPlan(int name, Optional<PublishedPlan> plan, Optional<Unreadable> unreadable) {}
