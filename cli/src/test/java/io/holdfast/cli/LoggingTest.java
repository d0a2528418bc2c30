package io.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.LoggerContext;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class LoggingTest {

    @Test
    void only_warnings_are_shown() {
        var context = new LoggerContext();

        new Logging().configure(context);

        assertThat(context.getLogger("io.holdfast.lighthouse").isWarnEnabled()).isTrue();
        assertThat(context.getLogger("io.holdfast.lighthouse").isInfoEnabled()).isFalse();
    }

    @Test
    void more_is_shown_of_holdfast_alone_and_when_asked() {
        var ours = LoggerFactory.getLogger("io.holdfast.lighthouse");

        Logging.showMore(false);
        assertThat(ours.isInfoEnabled()).isTrue();
        assertThat(ours.isDebugEnabled()).isFalse();

        Logging.showMore(true);
        assertThat(ours.isDebugEnabled()).isTrue();
        assertThat(LoggerFactory.getLogger("org.postgresql").isInfoEnabled()).isFalse();
    }
}
