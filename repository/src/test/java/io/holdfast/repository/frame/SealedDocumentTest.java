package io.holdfast.repository.frame;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.holdfast.problem.ProblemKind;
import io.holdfast.repository.binary.MalformedEncodingException;
import io.holdfast.repository.store.ObjectExistsException;
import io.holdfast.repository.store.ObjectKey;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SealedDocumentTest {

    private static final ObjectKey KEY = new ObjectKey("generation/00000001");

    record Lighthouse(String name, int height, Optional<Instant> lit, List<String> keepers, Duration period) {

        Lighthouse {
            keepers = List.copyOf(keepers);
        }
    }

    private static final Lighthouse SKERRYVORE = new Lighthouse(
            "Skerryvore \u00e9\ud83d\udd26",
            48,
            Optional.of(Instant.parse("1844-02-01T17:00:00.123456789Z")),
            List.of("Alan", "Bob"),
            Duration.ofSeconds(10));

    private final Sealed sealed = new Sealed();

    @AfterEach
    void nothing_is_left_open() {
        assertThat(sealed.store.leaks()).isZero();
    }

    @Test
    void comes_back() {
        sealed.objects.createDocument(KEY, SKERRYVORE);

        assertThat(sealed.objects.readDocument(KEY, Lighthouse.class)).isEqualTo(SKERRYVORE);
    }

    @Test
    void of_many_frames_comes_back() {
        var name = "x\u00e9".repeat(1_500_000);
        var large = new Lighthouse(name, 1, Optional.empty(), List.of(), Duration.ZERO);

        sealed.objects.createDocument(KEY, large);

        assertThat(sealed.objects.readDocument(KEY, Lighthouse.class)).isEqualTo(large);
    }

    @Test
    void is_utf_8_json_with_times_in_iso_8601_and_an_empty_footer() {
        sealed.objects.createDocument(KEY, SKERRYVORE);

        try (var reader = sealed.objects.open(KEY, ObjectType.DOCUMENT)) {
            var json = new String(reader.read(reader.frames().getFirst()), StandardCharsets.UTF_8);
            assertThat(json)
                    .isEqualTo(
                            "{\"name\":\"Skerryvore \u00e9\ud83d\udd26\",\"height\":48,\"lit\":\"1844-02-01T17:00:00.123456789Z\",\"keepers\":[\"Alan\",\"Bob\"],\"period\":\"PT10S\"}");
            assertThat(reader.footer()).isEmpty();
        }
    }

    @Test
    void leaves_out_what_is_absent_and_reads_null_and_nothing_as_absent() {
        var dark = new Lighthouse("dark", 1, Optional.empty(), List.of(), Duration.ZERO);
        sealed.objects.createDocument(KEY, dark);
        assertThat(sealed.objects.readDocument(KEY, Lighthouse.class)).isEqualTo(dark);

        sealed.store.remove(KEY);
        write("{\"name\":\"dark\",\"height\":1,\"lit\":null,\"keepers\":[],\"period\":\"PT0S\"}");
        assertThat(sealed.objects.readDocument(KEY, Lighthouse.class)).isEqualTo(dark);
    }

    @Test
    void ignores_members_that_it_does_not_know() {
        write("{\"colour\":{\"red\":[1,2]},\"name\":\"dark\",\"height\":1,\"keepers\":[],\"period\":\"PT0S\"}");

        assertThat(sealed.objects.readDocument(KEY, Lighthouse.class).name()).isEqualTo("dark");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "{",
                "[]",
                "17",
                "{}",
                "{} {}",
                "\"text\"",
                "{\"name\":\"dark\",\"height\":1,\"keepers\":[]}",
                "{\"name\":null,\"height\":1,\"keepers\":[],\"period\":\"PT0S\"}",
                "{\"name\":\"dark\",\"keepers\":[],\"period\":\"PT0S\"}",
                "{\"name\":\"dark\",\"height\":null,\"keepers\":[],\"period\":\"PT0S\"}",
                "{\"name\":\"dark\",\"height\":1,\"keepers\":[null],\"period\":\"PT0S\"}",
                "{\"name\":\"dark\",\"height\":1,\"keepers\":{},\"period\":\"PT0S\"}",
                "{\"name\":\"dark\",\"height\":1,\"keepers\":[],\"period\":\"a while\"}",
                "{\"name\":\"dark\",\"height\":1e99,\"keepers\":[],\"period\":\"PT0S\"}"
            })
    void with_other_json_is_malformed(String json) {
        write(json);

        var refusal = catchThrowableOfType(
                MalformedEncodingException.class, () -> sealed.objects.readDocument(KEY, Lighthouse.class));

        assertThat(refusal).hasMessage("stored metadata cannot be read: '%s' does not hold what its name says", KEY);
        assertThat(refusal.hint())
                .isEqualTo("it may have been written by a newer version of holdfast; use that version or a newer one");
        assertThat(refusal.code()).isEqualTo("repository.malformed");
        assertThat(refusal.kind()).isEqualTo(ProblemKind.DAMAGED);
    }

    @Test
    void nested_without_end_is_malformed() {
        write("[".repeat(100_000));

        assertThat(catchThrowableOfType(
                        MalformedEncodingException.class, () -> sealed.objects.readDocument(KEY, Lighthouse.class)))
                .isNotNull();
    }

    @Test
    void is_not_overwritten() {
        sealed.objects.createDocument(KEY, SKERRYVORE);
        var before = sealed.store.content(KEY);

        assertThat(catchThrowableOfType(
                        ObjectExistsException.class, () -> sealed.objects.createDocument(KEY, SKERRYVORE)))
                .hasMessage("object '%s' already exists in memory", KEY);
        assertThat(sealed.store.content(KEY)).isEqualTo(before);
    }

    private void write(String json) {
        var bytes = json.getBytes(StandardCharsets.UTF_8);
        try (var writer = sealed.objects.create(KEY, ObjectType.DOCUMENT)) {
            if (bytes.length > 0) {
                writer.append(bytes, 0, bytes.length);
            }
            writer.finish(new byte[0]);
        }
    }
}
