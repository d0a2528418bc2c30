package io.holdfast.postgres.replication;

import io.holdfast.postgres.cluster.ServerAddress;
import io.holdfast.postgres.cluster.ServerError;
import io.holdfast.postgres.cluster.ServerException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;

/** Takes the server's messages apart. Source: documentation, "Message Formats". */
final class Incoming {

    private Incoming() {}

    /** A string that ends in a zero byte. */
    static String text(ByteBuffer payload) {
        var length = 0;
        while (payload.get(payload.position() + length) != 0) {
            length++;
        }
        var text = string(payload, length);
        payload.get();
        return text;
    }

    static String rest(ByteBuffer payload) {
        return string(payload, payload.remaining());
    }

    /** An ErrorResponse. Source: documentation, "Error and Notice Message Fields". */
    static ServerException error(ServerAddress address, ByteBuffer payload) {
        try {
            var fields = new HashMap<Character, String>();
            for (var code = payload.get(); code != 0; code = payload.get()) {
                fields.put((char) code, text(payload));
            }
            return ServerException.answered(
                    address,
                    new ServerError(
                            fields.getOrDefault('C', "XX000"),
                            fields.getOrDefault('M', "error without a message"),
                            fields.getOrDefault('D', ""),
                            fields.getOrDefault('H', "")));
        } catch (BufferUnderflowException | IndexOutOfBoundsException e) {
            return ServerException.protocol(address, "an error message that cannot be read");
        }
    }

    /** The names of a RowDescription's columns. */
    static List<String> columns(ByteBuffer payload) {
        var count = payload.getShort();
        var names = new ArrayList<String>(count);
        for (var i = 0; i < count; i++) {
            names.add(text(payload));
            payload.position(payload.position() + 18);
        }
        return names;
    }

    static ResultRow row(List<String> columns, ByteBuffer payload) {
        var count = payload.getShort();
        var values = new HashMap<String, byte[]>();
        for (var i = 0; i < count; i++) {
            var length = payload.getInt();
            if (length >= 0) {
                var value = new byte[length];
                payload.get(value);
                values.put(columns.get(i), value);
            }
        }
        return new ResultRow(values);
    }

    private static String string(ByteBuffer payload, int length) {
        var bytes = new byte[length];
        payload.get(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
