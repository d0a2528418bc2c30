package io.holdfast.runbook.approval;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;

/** The fields of OpenSSH's formats: numbers of four bytes, and byte strings behind their length. */
final class SshFields {

    private final ByteBuffer buffer;

    SshFields(byte[] bytes) {
        buffer = ByteBuffer.wrap(bytes);
    }

    int number() {
        try {
            return buffer.getInt();
        } catch (BufferUnderflowException e) {
            throw new IllegalArgumentException("it ends too early", e);
        }
    }

    byte[] bytes() {
        return raw(number());
    }

    byte[] raw(int length) {
        if (length < 0 || length > buffer.remaining()) {
            throw new IllegalArgumentException("it ends too early");
        }
        var bytes = new byte[length];
        buffer.get(bytes);
        return bytes;
    }

    String text() {
        return new String(bytes(), UTF_8);
    }

    boolean atEnd() {
        return !buffer.hasRemaining();
    }

    /** Writes the same. */
    static final class Writer {

        private final ByteArrayOutputStream out = new ByteArrayOutputStream();

        Writer raw(byte[] bytes) {
            out.writeBytes(bytes);
            return this;
        }

        Writer number(int number) {
            return raw(ByteBuffer.allocate(4).putInt(number).array());
        }

        Writer bytes(byte[] bytes) {
            return number(bytes.length).raw(bytes);
        }

        Writer text(String text) {
            return bytes(text.getBytes(UTF_8));
        }

        byte[] done() {
            return out.toByteArray();
        }
    }
}
