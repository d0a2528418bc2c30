package io.holdfast.postgres.capture;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;

/** What a capture is doing. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "state")
@JsonSubTypes({
    @JsonSubTypes.Type(value = CaptureState.Connecting.class, name = "connecting"),
    @JsonSubTypes.Type(value = CaptureState.Streaming.class, name = "streaming"),
    @JsonSubTypes.Type(value = CaptureState.Waiting.class, name = "waiting"),
    @JsonSubTypes.Type(value = CaptureState.Stopped.class, name = "stopped")
})
public sealed interface CaptureState {

    record Connecting() implements CaptureState {}

    record Streaming() implements CaptureState {}

    /**
     * Something must change first, in the world or at the server; it tries again by itself.
     *
     * @param code of the problem
     * @param reason for people: what failed, on which thing
     */
    record Waiting(String code, String reason, String hint) implements CaptureState {}

    /** It has ended, because it was told to (code {@code stopped}) or because it may not go on. */
    record Stopped(String code, String reason) implements CaptureState {}
}
