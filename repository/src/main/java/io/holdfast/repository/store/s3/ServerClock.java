package io.holdfast.repository.store.s3;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.OptionalLong;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;

/**
 * The server's clock, read from the date of every answer and carried on by this process's monotonic clock. It may be
 * late, by the time an answer takes and the second to which a date is cut, but never ahead: an object looks younger than
 * it is, not older. Thread-safe.
 */
final class ServerClock implements ExecutionInterceptor {

    private OptionalLong offset = OptionalLong.empty();

    /** What the server's clock shows at least, in whole seconds as objects' times are; empty before the first answer. */
    synchronized java.util.Optional<Instant> now() {
        return offset.isEmpty()
                ? java.util.Optional.empty()
                : java.util.Optional.of(Instant.EPOCH
                        .plusNanos(offset.getAsLong())
                        .plusNanos(System.nanoTime())
                        .truncatedTo(ChronoUnit.SECONDS));
    }

    @Override
    public void beforeUnmarshalling(Context.BeforeUnmarshalling context, ExecutionAttributes attributes) {
        context.httpResponse().firstMatchingHeader("Date").ifPresent(this::learn);
    }

    private void learn(String date) {
        try {
            var seen = Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(date));
            advance(ChronoUnit.NANOS.between(Instant.EPOCH, seen) - System.nanoTime());
        } catch (DateTimeException e) {
            // A server that does not know how to write a date has no clock to learn from.
        }
    }

    private synchronized void advance(long seen) {
        offset = OptionalLong.of(offset.isEmpty() ? seen : Math.max(offset.getAsLong(), seen));
    }
}
