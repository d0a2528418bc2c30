package io.holdfast.postgres.replication;

import io.holdfast.postgres.cluster.ConnectionSettings;
import io.holdfast.postgres.cluster.ServerAddress;
import io.holdfast.postgres.cluster.ServerException;
import io.holdfast.postgres.cluster.SslMode;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/** Which certificates a server may show, as libpq's {@code sslmode} and {@code sslrootcert} have it. */
final class TlsTrust {

    private TlsTrust() {}

    static SSLEngine engine(ConnectionSettings settings, ServerAddress.Tcp address) {
        try {
            var context = SSLContext.getInstance("TLS");
            context.init(null, trusted(settings), null);
            var engine = context.createSSLEngine(address.host(), address.port());
            if (settings.sslMode() == SslMode.VERIFY_FULL) {
                var parameters = engine.getSSLParameters();
                parameters.setEndpointIdentificationAlgorithm("HTTPS");
                engine.setSSLParameters(parameters);
            }
            return engine;
        } catch (GeneralSecurityException | IOException e) {
            throw ServerException.authentication(
                    address,
                    "no TLS with these root certificates: " + e.getMessage(),
                    "check the file named by sslrootcert",
                    e);
        }
    }

    private static TrustManager[] trusted(ConnectionSettings settings) throws GeneralSecurityException, IOException {
        var file = settings.sslRootCertificate();
        if (settings.sslMode().insists() && file.isPresent()) {
            return vouchedForBy(file.get());
        }
        if (settings.sslMode().verifies()) {
            throw ServerException.authentication(
                    settings.address(),
                    "sslmode %s needs a root certificate".formatted(settings.sslMode()),
                    "set sslrootcert to a PEM file",
                    null);
        }
        return new TrustManager[] {new Anyone()};
    }

    private static TrustManager[] vouchedForBy(Path pem) throws GeneralSecurityException, IOException {
        var store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        try (var in = Files.newInputStream(pem)) {
            var number = 0;
            for (var certificate : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                store.setCertificateEntry("root-" + number++, certificate);
            }
        }
        var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return factory.getTrustManagers();
    }

    /** {@code prefer} and {@code require} encrypt without asking who is there. */
    private static final class Anyone extends X509ExtendedTrustManager {

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
