/** The actions on PostgreSQL that steps of a procedure use, built upon the engine of the packages beside this one. */
@NullMarked
package io.holdfast.postgres.action;

import org.jspecify.annotations.NullMarked;
