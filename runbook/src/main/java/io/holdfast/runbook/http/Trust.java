package io.holdfast.runbook.http;

import io.holdfast.runbook.action.UnusableInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateFactory;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Which authorities are believed. */
public final class Trust {

    private Trust() {}

    /**
     * Those of a PEM file, the input {@code ca-file}; without one, Java's own.
     *
     * @throws UnusableInputException if the file does not hold certificates
     */
    public static SSLContext of(Optional<String> caFile) {
        return caFile.map(Trust::only).orElseGet(Trust::standard);
    }

    private static SSLContext standard() {
        try {
            return SSLContext.getDefault();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has a default TLS context", e);
        }
    }

    private static SSLContext only(String file) {
        try (var in = Files.newInputStream(Path.of(file))) {
            var store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            for (var certificate : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                store.setCertificateEntry("authority-" + store.size(), certificate);
            }
            if (store.size() == 0) {
                throw unusable("holds no certificate: '%s'".formatted(file));
            }
            var managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            managers.init(store);
            var context = SSLContext.getInstance("TLS");
            context.init(null, managers.getTrustManagers(), null);
            return context;
        } catch (IOException | InvalidPathException _) {
            throw unusable("cannot be read: '%s'".formatted(file));
        } catch (GeneralSecurityException _) {
            throw unusable("holds no certificates: '%s'".formatted(file));
        }
    }

    private static UnusableInputException unusable(String problem) {
        return new UnusableInputException("ca-file", problem, "name a PEM file with the authorities' certificates");
    }
}
