import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Passes TCP connections on to a port of this machine, and holds each request back for a while, as a distant service
 * would. Arguments: port to listen on, port to connect to, milliseconds.
 */
final class SlowProxy {

    public static void main(String[] arguments) throws IOException {
        int target = Integer.parseInt(arguments[1]);
        long delay = Long.parseLong(arguments[2]);
        try (var listener = new ServerSocket(Integer.parseInt(arguments[0]), 50, InetAddress.getLoopbackAddress())) {
            while (true) {
                var near = listener.accept();
                var far = new Socket(InetAddress.getLoopbackAddress(), target);
                near.setTcpNoDelay(true);
                far.setTcpNoDelay(true);
                var answered = new AtomicBoolean(true);
                Thread.ofVirtual().start(() -> request(near, far, answered, delay));
                Thread.ofVirtual().start(() -> answer(far, near, answered));
            }
        }
    }

    /** The first bytes after an answer begin a request: those that follow belong to it. */
    private static void request(Socket from, Socket to, AtomicBoolean answered, long delay) {
        pass(from, to, () -> {
            if (answered.getAndSet(false)) {
                Thread.sleep(delay);
            }
        });
    }

    private static void answer(Socket from, Socket to, AtomicBoolean answered) {
        pass(from, to, () -> answered.set(true));
    }

    private interface BeforeBytes {
        void passOn() throws InterruptedException;
    }

    private static void pass(Socket from, Socket to, BeforeBytes before) {
        var bytes = new byte[1 << 16];
        try (from; to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int count = in.read(bytes); count >= 0; count = in.read(bytes)) {
                before.passOn();
                out.write(bytes, 0, count);
            }
        } catch (IOException | InterruptedException e) {
            // Either end has gone; so does the other.
        }
    }
}
