package io.holdfast.runbook.action;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class AsideTest {

    /** As where the server that is asked to cancel has gone. */
    @Test
    void an_interrupt_stays_one_and_ends_the_work_where_the_way_to_end_it_fails() throws InterruptedException {
        var ended = new CountDownLatch(1);
        Thread.currentThread().interrupt();

        assertThatThrownBy(() -> Aside.run(
                        () -> {
                            try {
                                Thread.sleep(Duration.ofMinutes(1));
                                return "";
                            } finally {
                                ended.countDown();
                            }
                        },
                        () -> {
                            throw new UnusableInputException("server", "has gone", "look");
                        }))
                .isInstanceOf(InterruptedException.class);

        assertThat(ended.await(10, TimeUnit.SECONDS)).isTrue();
    }
}
