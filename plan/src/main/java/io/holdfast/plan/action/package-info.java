/**
 * What an action is to a plan: its name, its typed inputs and outputs, and what may be done with it after a crash. How it is\n * done is a matter of the module that provides it.
 */
@NullMarked
package io.holdfast.plan.action;

import org.jspecify.annotations.NullMarked;
