/**
 * PostgreSQL's streaming replication protocol, spoken by a client of our own, so that nothing is acknowledged which
 * the caller did not acknowledge and the end of a timeline is an ordinary message. Why it is our own:
 * {@code docs/decisions/0002-own-replication-client.md}. Source: PostgreSQL's documentation, "Frontend/Backend
 * Protocol" and "Streaming Replication Protocol".
 */
@NullMarked
package io.holdfast.postgres.replication;

import org.jspecify.annotations.NullMarked;
