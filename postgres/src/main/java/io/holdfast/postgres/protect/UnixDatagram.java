package io.holdfast.postgres.protect;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;

/** Sends one datagram to a unix socket, which the JDK has no class for: socket(2), sendto(2) and close(2) of Linux. */
final class UnixDatagram {

    private static final short AF_UNIX = 1;
    private static final int SOCK_DGRAM = 2;
    private static final int SOCK_CLOEXEC = 0x80000;
    private static final int MSG_NOSIGNAL = 0x4000;

    /** Of sun_path in struct sockaddr_un. */
    private static final int LONGEST_PATH = 108;

    private static final int FAMILY_BYTES = 2;

    private static final Linker LINKER = Linker.nativeLinker();
    private static final MethodHandle SOCKET = function(
            "socket",
            FunctionDescriptor.of(
                    ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
    private static final MethodHandle SENDTO = function(
            "sendto",
            FunctionDescriptor.of(
                    ValueLayout.JAVA_LONG,
                    ValueLayout.JAVA_INT,
                    ValueLayout.ADDRESS,
                    ValueLayout.JAVA_LONG,
                    ValueLayout.JAVA_INT,
                    ValueLayout.ADDRESS,
                    ValueLayout.JAVA_INT));
    private static final MethodHandle CLOSE =
            function("close", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));

    private UnixDatagram() {}

    // Called from nowhere else; the launcher enables native access.
    @SuppressWarnings("restricted")
    private static MethodHandle function(String name, FunctionDescriptor descriptor) {
        return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), descriptor);
    }

    /**
     * Sends; never waits longer than the system does.
     *
     * @param path of the socket; one that begins with {@code @} lies in the abstract namespace
     * @return whether the system took it
     */
    static boolean send(String path, String message) {
        var name = path.getBytes(StandardCharsets.UTF_8);
        if (name.length >= LONGEST_PATH) {
            return false;
        }
        if (name[0] == '@') {
            name[0] = 0;
        }
        try (var arena = Arena.ofConfined()) {
            int descriptor = (int) SOCKET.invokeExact((int) AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
            if (descriptor < 0) {
                return false;
            }
            try {
                return sendTo(descriptor, arena, name, message.getBytes(StandardCharsets.UTF_8));
            } finally {
                int closed = (int) CLOSE.invokeExact(descriptor);
                assert closed == 0;
            }
        } catch (Throwable e) {
            throw new IllegalStateException("a system call could not be made", e);
        }
    }

    private static boolean sendTo(int descriptor, Arena arena, byte[] name, byte[] bytes) throws Throwable {
        var address = arena.allocate(FAMILY_BYTES + LONGEST_PATH);
        address.set(ValueLayout.JAVA_SHORT, 0, AF_UNIX);
        MemorySegment.copy(name, 0, address, ValueLayout.JAVA_BYTE, FAMILY_BYTES, name.length);
        // An abstract name is as long as it says; a path ends with a zero byte.
        int length = FAMILY_BYTES + name.length + (name[0] == 0 ? 0 : 1);
        var content = arena.allocateFrom(ValueLayout.JAVA_BYTE, bytes);
        long sent = (long) SENDTO.invokeExact(descriptor, content, (long) bytes.length, MSG_NOSIGNAL, address, length);
        return sent == bytes.length;
    }
}
