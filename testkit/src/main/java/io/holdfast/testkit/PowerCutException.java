package io.holdfast.testkit;

/** The machine, or the process, has stopped: no operation on its disk happens any more. */
public final class PowerCutException extends RuntimeException {

    private static final long serialVersionUID = 1;

    PowerCutException(String operation) {
        super("interrupted at: " + operation);
    }
}
