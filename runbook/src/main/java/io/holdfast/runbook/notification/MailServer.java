package io.holdfast.runbook.notification;

import io.holdfast.problem.Secret;
import io.holdfast.runbook.action.Inputs;
import io.holdfast.runbook.action.UnusableInputException;
import io.holdfast.runbook.http.Trust;
import jakarta.mail.Session;
import java.util.Optional;
import java.util.Properties;
import java.util.regex.Pattern;

/** Where mail is handed in, and how. */
record MailServer(
        String host,
        int port,
        Encryption encryption,
        Optional<String> caFile,
        Optional<String> user,
        Optional<Secret> password) {

    private static final Pattern ADDRESS = Pattern.compile(
            "(?<host>[A-Za-z0-9]([A-Za-z0-9.-]{0,252})|\\[[0-9a-fA-F:.]{2,45}])(:(?<port>[0-9]{1,5}))?");
    private static final String PATIENCE_MILLIS = "20000";

    /** How the connection is protected. The usual port goes with it. */
    enum Encryption {
        STARTTLS(587),
        TLS(465),
        NONE(25);

        private final int port;

        Encryption(int port) {
            this.port = port;
        }
    }

    static MailServer of(Inputs inputs) {
        var address = ADDRESS.matcher(inputs.text("server"));
        if (!address.matches()) {
            throw new UnusableInputException(
                    "server", "is not a host: '%s'".formatted(inputs.text("server")), "write HOST or HOST:PORT");
        }
        var encryption = encryption(inputs.textIfGiven("encryption").orElse("starttls"));
        var user = inputs.textIfGiven("user");
        var password = inputs.secretIfGiven("password");
        if (user.isPresent() != password.isPresent()) {
            throw new UnusableInputException("user", "and 'password' are not both given", "give both or neither");
        }
        if (password.isPresent() && encryption == Encryption.NONE) {
            throw new UnusableInputException(
                    "password", "would be sent without encryption", "use starttls or tls, or log in to nothing");
        }
        var port = address.group("port");
        return new MailServer(
                address.group("host").replace("[", "").replace("]", ""),
                port == null ? encryption.port : Integer.parseInt(port),
                encryption,
                inputs.textIfGiven("ca-file"),
                user,
                password);
    }

    private static Encryption encryption(String word) {
        return switch (word) {
            case "starttls" -> Encryption.STARTTLS;
            case "tls" -> Encryption.TLS;
            case "none" -> Encryption.NONE;
            default ->
                throw new UnusableInputException(
                        "encryption", "is '%s'".formatted(word), "use one of none, starttls, tls");
        };
    }

    /** Of Jakarta Mail. Nothing is sent to some recipients when others are refused. */
    Session session() {
        var protocol = protocol();
        var properties = new Properties();
        properties.put("mail.%s.host".formatted(protocol), host);
        properties.put("mail.%s.port".formatted(protocol), Integer.toString(port));
        properties.put("mail.%s.auth".formatted(protocol), Boolean.toString(user.isPresent()));
        properties.put("mail.%s.sendpartial".formatted(protocol), "false");
        properties.put("mail.%s.ssl.checkserveridentity".formatted(protocol), "true");
        properties.put(
                "mail.%s.starttls.enable".formatted(protocol), Boolean.toString(encryption == Encryption.STARTTLS));
        properties.put(
                "mail.%s.starttls.required".formatted(protocol), Boolean.toString(encryption == Encryption.STARTTLS));
        properties.put("mail.%s.connectiontimeout".formatted(protocol), PATIENCE_MILLIS);
        properties.put("mail.%s.timeout".formatted(protocol), PATIENCE_MILLIS);
        properties.put("mail.%s.writetimeout".formatted(protocol), PATIENCE_MILLIS);
        if (encryption != Encryption.NONE) {
            properties.put(
                    "mail.%s.ssl.socketFactory".formatted(protocol),
                    Trust.of(caFile).getSocketFactory());
        }
        return Session.getInstance(properties);
    }

    String protocol() {
        return encryption == Encryption.TLS ? "smtps" : "smtp";
    }

    @Override
    public String toString() {
        return "mail server '%s:%d'".formatted(host, port);
    }
}
