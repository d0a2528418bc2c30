package io.holdfast.repository.aws;

import software.amazon.awssdk.core.exception.SdkClientException;

/**
 * A role was not assumed, so a request was not made. Without a cause: the client that wanted the credentials would take a
 * cause for a failure of its own request, and repeat that.
 */
public final class RoleException extends SdkClientException {

    private static final long serialVersionUID = 1;

    private final boolean passing;

    RoleException(String role, String words, boolean passing) {
        super(builder().message("the role %s cannot be assumed: %s".formatted(role, words.strip())));
        this.passing = passing;
    }

    /** Whether the same may succeed later. */
    public boolean isPassing() {
        return passing;
    }
}
