package io.holdfast.postgres.backup;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.problem.HoldfastException;
import org.junit.jupiter.api.Test;

class TaskQueueTest {

    private final TaskQueue<String> tasks = new TaskQueue<>(1);
    private final HoldfastException store = BackupException.interrupted();

    @Test
    void what_explains_itself_counts_more_than_what_followed_from_it() {
        var followed = new IllegalStateException("finished, or failed before");

        tasks.fail(followed);
        tasks.fail(store);

        assertThat(tasks.failure()).contains(store);
        assertThat(store).hasSuppressedException(followed);
    }

    /** The other workers are interrupted then, and say that their files are closed. */
    @Test
    void an_error_stays_whatever_others_say_of_its_consequences() {
        var error = new StackOverflowError("deep");

        tasks.fail(error);
        tasks.fail(store);

        assertThat(tasks.failure()).contains(error);
    }
}
