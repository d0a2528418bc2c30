package io.holdfast.runbook.http;

import java.net.http.HttpHeaders;
import java.util.Optional;

/** What became of a request. */
public sealed interface Reply {

    /**
     * An answer came.
     *
     * @param body at most as much of it as was wanted
     */
    record Answered(int status, HttpHeaders headers, String body) implements Reply {

        public boolean isSuccess() {
            return status >= 200 && status < 300;
        }

        /** Whether the other end asks to come back later, having done nothing. */
        public boolean isRefusedForNow() {
            return status == 429 || status == 503;
        }

        public Optional<String> header(String name) {
            return headers.firstValue(name);
        }
    }

    /** There was no connection: the request was never sent. */
    record NotSent(String reason) implements Reply {}

    /** It may have been sent, and no answer came. */
    record Lost(String reason) implements Reply {}
}
