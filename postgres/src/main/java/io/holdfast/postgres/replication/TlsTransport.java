package io.holdfast.postgres.replication;

import java.io.EOFException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.security.cert.X509Certificate;
import java.util.concurrent.locks.ReentrantLock;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;

/**
 * TLS over another transport. An {@link SSLEngine} and buffers of our own, not an SSLSocket: a deadline in the middle
 * of a TLS record must leave the record where it is. The write lock is the only lock; no other is taken beneath it.
 */
final class TlsTransport implements Transport {

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final Transport raw;
    private final SSLEngine engine;
    private final ReentrantLock writing = new ReentrantLock();

    /** Encrypted bytes not yet unwrapped, from position to limit. */
    private final ByteBuffer arrived;

    /** Plain bytes not yet handed over, from position to limit. */
    private ByteBuffer plain;

    private final ByteBuffer leaving;

    private TlsTransport(Transport raw, SSLEngine engine) {
        this.raw = raw;
        this.engine = engine;
        var session = engine.getSession();
        this.arrived =
                ByteBuffer.allocateDirect(2 * session.getPacketBufferSize()).flip();
        this.plain =
                ByteBuffer.allocateDirect(session.getApplicationBufferSize()).flip();
        this.leaving = ByteBuffer.allocateDirect(session.getPacketBufferSize());
    }

    static TlsTransport handshake(Transport raw, SSLEngine engine, long deadline) throws IOException {
        var transport = new TlsTransport(raw, engine);
        engine.setUseClientMode(true);
        engine.beginHandshake();
        while (engine.getHandshakeStatus() != HandshakeStatus.NOT_HANDSHAKING) {
            transport.advance(engine.getHandshakeStatus(), deadline);
        }
        return transport;
    }

    X509Certificate serverCertificate() throws IOException {
        return (X509Certificate) engine.getSession().getPeerCertificates()[0];
    }

    @Override
    public int read(ByteBuffer target, long deadline) throws IOException {
        while (!plain.hasRemaining()) {
            var result = unwrap();
            if (result.getStatus() == Status.CLOSED) {
                return -1;
            }
            if (result.getStatus() == Status.BUFFER_UNDERFLOW) {
                var count = fill(deadline);
                if (count <= 0) {
                    return count;
                }
            }
            afterwards(result.getHandshakeStatus(), deadline);
        }
        var count = Math.min(plain.remaining(), target.remaining());
        target.put(target.position(), plain, plain.position(), count);
        target.position(target.position() + count);
        plain.position(plain.position() + count);
        return count;
    }

    @Override
    public void write(ByteBuffer source, long deadline) throws IOException {
        writing.lock();
        try {
            while (source.hasRemaining()) {
                wrap(source, deadline);
            }
        } finally {
            writing.unlock();
        }
    }

    @Override
    public void close() throws IOException {
        engine.closeOutbound();
        raw.close();
    }

    private void advance(HandshakeStatus status, long deadline) throws IOException {
        switch (status) {
            case NEED_TASK -> engine.getDelegatedTask().run();
            case NEED_WRAP -> wrap(NOTHING, deadline);
            case NEED_UNWRAP, NEED_UNWRAP_AGAIN -> {
                var result = unwrap();
                if (result.getStatus() == Status.CLOSED) {
                    throw new EOFException("the server ended the TLS handshake");
                }
                if (result.getStatus() == Status.BUFFER_UNDERFLOW) {
                    var count = fill(deadline);
                    if (count < 0) {
                        throw new EOFException("the server closed the connection during the TLS handshake");
                    }
                    if (count == 0) {
                        throw new SocketTimeoutException("no answer to the TLS handshake");
                    }
                }
            }
            case FINISHED, NOT_HANDSHAKING -> {}
        }
    }

    /** TLS 1.3 may ask for a key update at any time; its answer is ours to send. */
    private void afterwards(HandshakeStatus status, long deadline) throws IOException {
        switch (status) {
            case NEED_TASK -> engine.getDelegatedTask().run();
            case NEED_WRAP -> {
                writing.lock();
                try {
                    wrap(NOTHING, deadline);
                } finally {
                    writing.unlock();
                }
            }
            case NEED_UNWRAP, NEED_UNWRAP_AGAIN, FINISHED, NOT_HANDSHAKING -> {}
        }
    }

    private SSLEngineResult unwrap() throws IOException {
        plain.clear();
        try {
            var result = engine.unwrap(arrived, plain);
            if (result.getStatus() == Status.BUFFER_OVERFLOW) {
                plain = ByteBuffer.allocateDirect(
                        Math.max(2 * plain.capacity(), engine.getSession().getApplicationBufferSize()));
            }
            return result;
        } finally {
            plain.flip();
        }
    }

    private int fill(long deadline) throws IOException {
        arrived.compact();
        try {
            return raw.read(arrived, deadline);
        } finally {
            arrived.flip();
        }
    }

    private void wrap(ByteBuffer source, long deadline) throws IOException {
        leaving.clear();
        var result = engine.wrap(source, leaving);
        leaving.flip();
        raw.write(leaving, deadline);
        if (result.getStatus() == Status.CLOSED) {
            throw new EOFException("the TLS session has ended");
        }
    }
}
