package io.holdfast.runbook.notification;

import io.holdfast.runbook.action.Outcome;
import io.holdfast.runbook.action.Outputs;
import io.holdfast.runbook.http.Reply;

/**
 * What is made of an answer to a message.
 *
 * @param receiver who was told, for messages; never a secret
 * @param repeatable whether the message may be sent again when it is not known whether it arrived
 */
record Delivery(String receiver, boolean repeatable) {

    Outcome of(Reply reply, Outputs outputs) {
        return switch (reply) {
            case Reply.Answered answer when answer.isSuccess() -> new Outcome.Succeeded(outputs);
            case Reply.Answered answer
            when answer.isRefusedForNow() ->
                new Outcome.Failed(
                        "%s is too busy: status %d%s".formatted(receiver, answer.status(), later(answer)),
                        "try again later",
                        true);
            case Reply.Answered answer
            when answer.status() < 500 ->
                new Outcome.Failed(
                        "%s refuses the message: status %d, %s"
                                .formatted(receiver, answer.status(), shortened(answer.body())),
                        "see whether the address and the key are still valid",
                        false);
            case Reply.Answered answer ->
                doubtful("%s had trouble with the message: status %d".formatted(receiver, answer.status()));
            case Reply.NotSent(var reason) ->
                new Outcome.Failed(
                        "%s cannot be reached: %s".formatted(receiver, reason),
                        "see whether this host reaches it",
                        true);
            case Reply.Lost(var reason) -> doubtful("%s did not answer: %s".formatted(receiver, reason));
        };
    }

    /** It may have arrived. */
    Outcome doubtful(String reason) {
        return repeatable
                ? new Outcome.Failed(reason, "it may have arrived; it is sent again", true)
                : new Outcome.Unknown(reason);
    }

    private static String later(Reply.Answered answer) {
        return answer.header("Retry-After")
                .filter(seconds -> seconds.matches("[0-9]{1,6}"))
                .map(", try again after %s s"::formatted)
                .orElse("");
    }

    private static String shortened(String body) {
        var line = body.lines().findFirst().orElse("").strip();
        return line.isEmpty() ? "without a word" : "'%s'".formatted(line.substring(0, Math.min(200, line.length())));
    }
}
