package io.holdfast.runbook.check;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** A name server on the loopback that answers over UDP from a zone that a test can change. Source of the form: RFC 1035, section 4. */
final class ZoneServer implements AutoCloseable {

    private static final Map<String, Integer> TYPES = Map.of("A", 1, "CNAME", 5, "TXT", 16);
    private static final int NO_SUCH_NAME = 3;

    private final DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress());

    /** Values by name and type, {@code app.example.org A}. */
    private final Map<String, List<String>> zone = new ConcurrentHashMap<>();

    ZoneServer() throws IOException {
        Thread.ofVirtual().start(this::serve);
    }

    ZoneServer with(String name, String type, String... values) {
        zone.put(name + " " + type, List.of(values));
        return this;
    }

    String address() {
        return "127.0.0.1:" + socket.getLocalPort();
    }

    private void serve() {
        try {
            while (true) {
                var packet = new DatagramPacket(new byte[512], 512);
                socket.receive(packet);
                var answer = answer(ByteBuffer.wrap(packet.getData(), 0, packet.getLength()));
                socket.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
            }
        } catch (IOException _) {
            // Closed.
        }
    }

    private byte[] answer(ByteBuffer question) {
        int id = question.getShort(0);
        question.position(12);
        var name = new StringBuilder();
        for (var length = question.get(); length > 0; length = question.get()) {
            var label = new byte[length];
            question.get(label);
            name.append(name.isEmpty() ? "" : ".").append(new String(label, StandardCharsets.US_ASCII));
        }
        int type = question.getShort();
        question.getShort();
        var asked = new byte[question.position() - 12];
        question.get(12, asked);
        var word = TYPES.entrySet().stream()
                .filter(entry -> entry.getValue() == type)
                .findFirst()
                .orElseThrow()
                .getKey();
        var known = zone.keySet().stream().anyMatch(key -> key.startsWith(lower(name) + " "));
        var values = zone.getOrDefault(lower(name) + " " + word, List.of());

        var out = ByteBuffer.allocate(512);
        out.putShort((short) id)
                .putShort((short) (0x8400 | (known ? 0 : NO_SUCH_NAME)))
                .putShort((short) 1)
                .putShort((short) values.size())
                .putInt(0)
                .put(asked);
        for (var value : values) {
            var data = data(word, value);
            out.putShort((short) 0xC00C)
                    .putShort((short) type)
                    .putShort((short) 1)
                    .putInt(60);
            out.putShort((short) data.length).put(data);
        }
        var bytes = new byte[out.position()];
        out.get(0, bytes);
        return bytes;
    }

    private static byte[] data(String type, String value) {
        var out = ByteBuffer.allocate(256);
        switch (type) {
            case "A" -> {
                for (var part : value.split("\\.", -1)) {
                    out.put((byte) Integer.parseInt(part));
                }
            }
            case "TXT" -> out.put((byte) value.length()).put(value.getBytes(StandardCharsets.US_ASCII));
            default -> {
                for (var label : value.split("\\.", -1)) {
                    out.put((byte) label.length()).put(label.getBytes(StandardCharsets.US_ASCII));
                }
                out.put((byte) 0);
            }
        }
        var bytes = new byte[out.position()];
        out.get(0, bytes);
        return bytes;
    }

    private static String lower(StringBuilder name) {
        return name.toString().toLowerCase(Locale.ROOT);
    }

    @Override
    public void close() {
        socket.close();
    }
}
