package io.holdfast.postgres.replication;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** The messages that a client sends, ready to be written. Source: documentation, "Message Formats". */
final class Outgoing {

    private static final int PROTOCOL_3_0 = 3 << 16;
    private static final int SSL_REQUEST = 1234 << 16 | 5679;

    private Outgoing() {}

    static ByteBuffer sslRequest() {
        return ByteBuffer.allocate(8).putInt(8).putInt(SSL_REQUEST).flip();
    }

    static ByteBuffer startup(Map<String, String> parameters) {
        var size = 9;
        for (var parameter : parameters.entrySet()) {
            size += utf8(parameter.getKey()).length + utf8(parameter.getValue()).length + 2;
        }
        var message = ByteBuffer.allocate(size).putInt(size).putInt(PROTOCOL_3_0);
        parameters.forEach((name, value) ->
                message.put(utf8(name)).put((byte) 0).put(utf8(value)).put((byte) 0));
        return message.put((byte) 0).flip();
    }

    static ByteBuffer query(String text) {
        return terminated('Q', text);
    }

    static ByteBuffer password(String text) {
        return terminated('p', text);
    }

    static ByteBuffer saslInitial(String mechanism, String first) {
        var name = utf8(mechanism);
        var data = utf8(first);
        return message('p', name.length + 1 + 4 + data.length)
                .put(name)
                .put((byte) 0)
                .putInt(data.length)
                .put(data)
                .flip();
    }

    static ByteBuffer saslNext(String text) {
        var data = utf8(text);
        return message('p', data.length).put(data).flip();
    }

    static ByteBuffer copyDone() {
        return message('c', 0).flip();
    }

    static ByteBuffer terminate() {
        return message('X', 0).flip();
    }

    private static ByteBuffer terminated(char type, String text) {
        var data = utf8(text);
        return message(type, data.length + 1).put(data).put((byte) 0).flip();
    }

    private static ByteBuffer message(char type, int payload) {
        return ByteBuffer.allocate(5 + payload).put((byte) type).putInt(4 + payload);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
