package io.holdfast.runbook.check;

import io.holdfast.runbook.action.Inputs;
import io.holdfast.runbook.action.UnusableInputException;
import io.holdfast.runbook.http.Reply;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What an answer over HTTP must be.
 *
 * @param contains a text in the body
 * @param pointer to a value in a JSON body
 * @param equal what that value must be, as text
 */
record HttpExpectation(long status, Optional<String> contains, Optional<JsonPointer> pointer, Optional<String> equal) {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final int SHOWN = 200;

    static HttpExpectation of(Inputs inputs) {
        var pointer = inputs.textIfGiven("json-pointer").map(HttpExpectation::pointer);
        var equal = inputs.textIfGiven("json-equals");
        if (equal.isPresent() && pointer.isEmpty()) {
            throw new UnusableInputException(
                    "json-equals", "has no 'json-pointer' beside it", "say which value is meant, for example /status");
        }
        return new HttpExpectation(inputs.integer("status", 200), inputs.textIfGiven("body-contains"), pointer, equal);
    }

    private static JsonPointer pointer(String text) {
        try {
            return JsonPointer.compile(text);
        } catch (IllegalArgumentException _) {
            throw new UnusableInputException(
                    "json-pointer",
                    "is not one: '%s'".formatted(text),
                    "begin with a slash, for example /checks/database");
        }
    }

    /** @param asked the URL, for messages */
    Sight hold(String asked, Reply.Answered answer) {
        if (answer.status() != status) {
            return red("'%s' answers with status %d, not %d".formatted(asked, answer.status(), status));
        }
        if (contains.isPresent() && !answer.body().contains(contains.get())) {
            return red("the body at '%s' does not contain '%s'".formatted(asked, contains.get()));
        }
        return pointer.map(at -> value(asked, at, answer.body()))
                .orElseGet(() -> new Sight.Green(Map.of("status", Integer.toString(answer.status()))));
    }

    private Sight value(String asked, JsonPointer at, String body) {
        JsonNode found;
        try {
            found = JSON.readTree(body).at(at);
        } catch (JacksonException _) {
            return red("the body at '%s' is no JSON".formatted(asked));
        }
        if (found.isMissingNode()) {
            return red("the JSON at '%s' has nothing at '%s'".formatted(asked, at));
        }
        var text = found.isString() ? found.stringValue() : found.toString();
        if (equal.isPresent() && !equal.get().equals(text)) {
            return red("'%s' of '%s' is '%s', not '%s'".formatted(at, asked, shortened(text), equal.get()));
        }
        return new Sight.Green(Map.of("status", Long.toString(status), "value", text));
    }

    private static String shortened(String text) {
        return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "...";
    }

    private static Sight red(String reason) {
        return new Sight.Red(reason, "look at what it says and at the log of the service");
    }
}
