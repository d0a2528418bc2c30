package io.holdfast.postgres.archive;

import io.holdfast.repository.store.ObjectKey;
import io.holdfast.repository.store.ObjectNumbers;

/**
 * One capture session of a member. Only the session with the highest number may write; an older one that sees a newer
 * stops.
 *
 * @param session counted from 1
 */
public record Claim(MemberName member, int session) {

    public ObjectKey folder() {
        return folder(member).child(ObjectNumbers.text(session));
    }

    /** The object whose creation is the claim. */
    public ObjectKey key() {
        return folder().child("claim");
    }

    public static ObjectKey folder(MemberName member) {
        return ObjectKey.of("claim", member.text());
    }
}
