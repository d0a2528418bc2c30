package io.holdfast.repository.store.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.holdfast.repository.store.Capability;
import io.holdfast.repository.store.ObjectExistsException;
import io.holdfast.repository.store.ObjectKey;
import io.holdfast.repository.store.ObjectStore;
import io.holdfast.repository.store.StoreException;
import io.holdfast.testkit.HttpFaultProxy;
import io.holdfast.testkit.HttpFaultProxy.Fault;
import io.holdfast.testkit.StoredObjects;
import io.holdfast.testkit.programs.NeedsS3Server;
import io.holdfast.testkit.programs.S3Server;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What goes wrong between here and a bucket: a proxy does it, SeaweedFS is behind it. */
@NeedsS3Server
class S3StoreTroubleIT {

    private static final ObjectKey KEY = ObjectKey.of("pack", "p1");

    private final HttpFaultProxy proxy = HttpFaultProxy.before(S3Server.get().port());
    private final S3Settings settings = S3Server.get().settings(S3Server.BUCKET, proxy.port());
    private final List<Duration> waits = new CopyOnWriteArrayList<>();
    private final ObjectStore store = S3Store.openForWriting(settings, waits::add, new Random(4711));

    @AfterEach
    void close() {
        store.close();
        proxy.close();
    }

    @Test
    void an_object_whose_answer_was_lost_is_known_again_as_our_own() {
        var hits = faults(Fault.ANSWER_LOST, 1, request -> request.startsWith("PUT"));

        StoredObjects.put(store, KEY, bytes(1000));

        assertThat(hits).hasValue(1);
        assertThat(StoredObjects.content(store, KEY)).isEqualTo(bytes(1000));
        assertThat(store.capabilities()).contains(Capability.CONDITIONAL_CREATE);
    }

    @Test
    void so_is_one_of_many_parts() {
        var hits = faults(Fault.ANSWER_LOST, 1, request -> request.matches("POST .*uploadId=.*"));

        StoredObjects.put(store, KEY, bytes(9_000_000));

        assertThat(hits).hasValue(1);
        assertThat(StoredObjects.content(store, KEY)).isEqualTo(bytes(9_000_000));
    }

    @Test
    void an_object_of_another_is_never_taken_for_our_own_even_if_it_is_equal() {
        StoredObjects.put(store, KEY, bytes(1000));
        var hits = faults(Fault.ANSWER_LOST, 2, request -> request.startsWith("PUT"));

        assertThatThrownBy(() -> StoredObjects.put(store, KEY, bytes(1000))).isInstanceOf(ObjectExistsException.class);

        assertThat(hits).hasValue(2);
    }

    @Test
    void bytes_that_are_damaged_on_their_way_are_refused_by_the_server_and_sent_again() {
        var hits = faults(Fault.REQUEST_DAMAGED, 2, request -> request.startsWith("PUT"));

        StoredObjects.put(store, KEY, bytes(1000));
        StoredObjects.put(store, ObjectKey.of("pack", "large"), bytes(9_000_000));

        assertThat(hits).hasValue(2);
        assertThat(StoredObjects.content(store, KEY)).isEqualTo(bytes(1000));
        assertThat(StoredObjects.content(store, ObjectKey.of("pack", "large"))).isEqualTo(bytes(9_000_000));
    }

    @Test
    void so_are_damaged_parts() {
        var hits = faults(Fault.REQUEST_DAMAGED, 1, request -> request.matches("PUT .*partNumber=1.*"));

        StoredObjects.put(store, KEY, bytes(9_000_000));

        assertThat(hits).hasValue(1);
        assertThat(StoredObjects.content(store, KEY)).isEqualTo(bytes(9_000_000));
    }

    @Test
    void an_answer_that_breaks_off_is_asked_for_again() {
        StoredObjects.put(store, KEY, bytes(100_000));
        var hits = faults(Fault.ANSWER_CUT, 2, request -> request.startsWith("GET"));

        assertThat(StoredObjects.content(store, KEY)).isEqualTo(bytes(100_000));
        assertThat(hits).hasValue(2);
    }

    @Test
    void a_burst_of_requests_to_slow_down_is_outlasted() {
        var hits = faults(Fault.SLOW_DOWN, 4, _ -> true);

        StoredObjects.put(store, KEY, bytes(10));

        assertThat(hits).hasValue(4);
        assertThat(StoredObjects.content(store, KEY)).isEqualTo(bytes(10));
        assertThat(waits).hasSizeGreaterThanOrEqualTo(4);
    }

    @Test
    void a_server_that_says_how_long_it_wants_to_be_left_alone_is() {
        proxy.retryAfter(9);
        faults(Fault.SLOW_DOWN, 1, _ -> true);

        StoredObjects.put(store, KEY, bytes(10));

        assertThat(waits)
                .last()
                .satisfies(wait -> assertThat(wait).isBetween(Duration.ofSeconds(7), Duration.ofSeconds(9)));
    }

    @Test
    void what_does_not_pass_ends_in_words() {
        faults(Fault.SLOW_DOWN, Integer.MAX_VALUE, _ -> true);
        var slow = catchThrowableOfType(StoreException.class, () -> store.find(KEY));
        faults(Fault.ANSWER_LOST, Integer.MAX_VALUE, _ -> true);
        var deaf = catchThrowableOfType(StoreException.class, () -> store.open(KEY));

        assertThat(slow.code()).isEqualTo("store.throttled");
        assertThat(slow.retryable()).isTrue();
        assertThat(slow.getMessage()).startsWith("cannot look at object 'pack/p1' in s3://" + S3Server.BUCKET);
        assertThat(deaf.code()).isEqualTo("store.unreachable");
        assertThat(deaf.retryable()).isTrue();
        assertThat(deaf.getMessage() + deaf.hint()).doesNotContain(S3Server.SECRET_KEY);
    }

    @Test
    void a_writer_that_is_given_up_leaves_no_parts() {
        try (var writer = store.create(KEY)) {
            writer.write(ByteBuffer.wrap(bytes(9_000_000)));
        }

        assertThat(proxy.requests()).anyMatch(request -> request.matches("DELETE .*uploadId=.*"));
        assertThat(store.find(KEY)).isEmpty();
    }

    /** The first so many requests that match. */
    private AtomicInteger faults(Fault fault, int times, Predicate<String> matching) {
        var hits = new AtomicInteger();
        proxy.plan(request -> {
            if (!matching.test(request) || hits.get() >= times) {
                return Fault.NONE;
            }
            hits.incrementAndGet();
            return fault;
        });
        return hits;
    }

    private static byte[] bytes(int count) {
        var bytes = new byte[count];
        new Random(count).nextBytes(bytes);
        return bytes;
    }
}
