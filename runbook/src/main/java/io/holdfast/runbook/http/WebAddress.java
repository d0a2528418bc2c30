package io.holdfast.runbook.http;

import io.holdfast.runbook.action.UnusableInputException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;

/** An {@code http://} or {@code https://} URL that was checked. It prints as the host alone: the rest may be a secret. */
public record WebAddress(URI uri) {

    /**
     * Reads one.
     *
     * @param input what it was given as, for messages, which do not show the text
     */
    public static WebAddress of(String input, String text) {
        URI uri;
        try {
            uri = new URI(text);
        } catch (URISyntaxException _) {
            throw unusable(input, "is not a URL", "write it as in https://host.example.org/path, specials escaped");
        }
        var scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
        if (!scheme.equals("http") && !scheme.equals("https")) {
            throw unusable(input, "is not an http or https URL", "write it as in https://host.example.org/path");
        }
        if (uri.getHost() == null || uri.getHost().isEmpty() || uri.getPort() == 0 || uri.getPort() > 65535) {
            throw unusable(input, "names no host that can be reached", "write it as in https://host.example.org/path");
        }
        if (uri.getRawUserInfo() != null) {
            throw unusable(input, "holds a user or password", "give those as a header, by reference to a secret");
        }
        return new WebAddress(uri);
    }

    /**
     * The same, where what is sent there must not be readable on the way.
     *
     * @throws UnusableInputException if it is plain HTTP to another host than this one
     */
    public WebAddress confidential(String input) {
        if (!uri.getScheme().equalsIgnoreCase("https") && !isThisHost()) {
            throw unusable(input, "is plain http to another host", "use https");
        }
        return this;
    }

    private boolean isThisHost() {
        var host = uri.getHost();
        return host.equalsIgnoreCase("localhost") || host.matches("127(\\.[0-9]{1,3}){3}") || host.equals("[::1]");
    }

    @Override
    public String toString() {
        return uri.getPort() < 0 ? uri.getHost() : uri.getHost() + ":" + uri.getPort();
    }

    private static UnusableInputException unusable(String input, String problem, String hint) {
        return new UnusableInputException(input, problem, hint);
    }
}
