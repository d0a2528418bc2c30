package io.holdfast.plan.file;

import io.holdfast.plan.procedure.Procedure;
import java.util.Map;

/**
 * A procedure, and what stands beside its steps for people only.
 *
 * @param byHand commands by step
 */
record ReadProcedure(Procedure procedure, Map<String, String> byHand) {}
