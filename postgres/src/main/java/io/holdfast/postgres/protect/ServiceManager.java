package io.holdfast.postgres.protect;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the service manager how this service is, as sd_notify(3) does: one datagram to the socket that NOTIFY_SOCKET
 * names. Without one it does nothing. Thread-safe.
 */
public final class ServiceManager {

    private static final Logger LOG = LoggerFactory.getLogger(ServiceManager.class);

    private final Optional<String> socket;
    private final Optional<Duration> watchdog;

    private ServiceManager(Optional<String> socket, Optional<Duration> watchdog) {
        this.socket = socket;
        this.watchdog = watchdog;
    }

    /** From the environment of a process: NOTIFY_SOCKET, and WATCHDOG_USEC, the time within which it wants to hear from us. */
    public static ServiceManager of(Map<String, String> environment) {
        return new ServiceManager(
                Optional.ofNullable(environment.get("NOTIFY_SOCKET")).filter(name -> !name.isEmpty()),
                Optional.ofNullable(environment.get("WATCHDOG_USEC"))
                        .filter(text -> text.matches("[1-9][0-9]{0,17}"))
                        .map(micros -> Duration.ofNanos(Long.parseLong(micros) * 1000)));
    }

    /** How often to say that all is well: half of what it wants; absent if it does not ask. */
    public Optional<Duration> watchdogInterval() {
        return watchdog.map(interval -> interval.dividedBy(2));
    }

    public void ready() {
        send("READY=1");
    }

    /** What it does now, for people. */
    public void status(String status) {
        send("STATUS=" + status.replace('\n', ' '));
    }

    public void alive() {
        send("WATCHDOG=1");
    }

    public void stopping() {
        send("STOPPING=1");
    }

    private void send(String message) {
        socket.ifPresent(name -> {
            if (!UnixDatagram.send(name, message)) {
                LOG.warn("the service manager does not hear us socket={}", name);
            }
        });
    }
}
