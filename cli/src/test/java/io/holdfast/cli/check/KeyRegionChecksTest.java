package io.holdfast.cli.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.problem.Finding;
import io.holdfast.problem.Finding.Severity;
import io.holdfast.repository.key.KeyEntry;
import io.holdfast.repository.key.KeyId;
import io.holdfast.repository.key.KeyInventory;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class KeyRegionChecksTest {

    private static final Instant TIME = Instant.parse("2026-02-28T23:59:58Z");
    private static final String SINGLE =
            "arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";
    private static final String MULTI =
            "arn:aws:kms:eu-central-1:111122223333:key/mrk-1234abcd12ab34cd56ef1234567890ab";
    private static final KeyRegions NOTHING_KNOWN = known(Optional.empty(), "", "");

    private static KeyRegions known(Optional<Supplier<Set<String>>> ofKey, String bucket, String host) {
        return new KeyRegions(
                ofKey,
                Optional.of(bucket).filter(text -> !text.isEmpty()),
                Optional.of(host).filter(text -> !text.isEmpty()));
    }

    private static KeyEntry kms(String arn, boolean inUse) {
        return entry("aws-kms", Optional.of(arn), inUse, Optional.empty(), Optional.empty(), List.of(1));
    }

    private static KeyEntry entry(
            String kind,
            Optional<String> arn,
            boolean inUse,
            Optional<Instant> retired,
            Optional<Instant> confirmed,
            List<Integer> epochs) {
        return new KeyEntry(
                new KeyId("0123456789abcdef"), kind, "a label", arn, TIME, epochs, inUse, retired, confirmed);
    }

    private static KeyEntry file(Optional<Instant> retired, List<Integer> epochs) {
        return entry("key-file", Optional.empty(), false, retired, Optional.empty(), epochs);
    }

    private static KeyEntry sheet(Optional<Instant> confirmed) {
        return entry("recovery-sheet", Optional.empty(), false, Optional.empty(), confirmed, List.of(1));
    }

    private static List<Finding> findings(KeyRegions known, KeyEntry... keys) {
        return findings(known, 1, keys);
    }

    private static List<Finding> findings(KeyRegions known, int epochs, KeyEntry... keys) {
        var findings = new Findings();
        new KeyRegionChecks(known, findings).run(new KeyInventory(epochs, epochs, List.of(keys), List.of()));
        return findings.list();
    }

    private static Finding finding(KeyRegions known, KeyEntry... keys) {
        var found = findings(known, keys);
        assertThat(found)
                .singleElement()
                .satisfies(one -> assertThat(one.code()).isEqualTo("check.kms-region"));
        return found.getFirst();
    }

    @Test
    void a_repository_without_kms_has_none() {
        assertThat(findings(NOTHING_KNOWN, file(Optional.empty(), List.of(1)))).isEmpty();
    }

    @Test
    void a_key_in_one_region_that_alone_opens_everything_is_a_warning_wherever_the_database_is() {
        var found = finding(NOTHING_KNOWN, kms(SINGLE, true), sheet(Optional.empty()));

        assertThat(found.severity()).isEqualTo(Severity.WARNING);
        assertThat(found.message())
                .isEqualTo(
                        "all that opens the repository is a KMS key in eu-central-1, which lives in no other region");
        assertThat(found.hint()).contains("'holdfast key add'", "recovery sheet", "AWS_REGION");
    }

    @Test
    void what_is_in_the_same_region_is_named() {
        assertThat(finding(known(Optional.empty(), "eu-central-1", "eu-central-1"), kms(SINGLE, true))
                        .message())
                .endsWith("in no other region; the bucket and this host are there, too");
        assertThat(finding(known(Optional.empty(), "eu-central-1", ""), kms(SINGLE, true))
                        .message())
                .endsWith("in no other region; the bucket is there, too");
        assertThat(finding(known(Optional.empty(), "eu-west-1", "eu-central-1"), kms(SINGLE, true))
                        .message())
                .endsWith("in no other region; this host is there, too");
    }

    @Test
    void a_key_that_is_apart_from_bucket_and_host_passes_only_where_both_are_known() {
        var apart = finding(known(Optional.empty(), "eu-west-1", "eu-west-2"), kms(SINGLE, true));

        assertThat(apart.severity()).isEqualTo(Severity.PASSED);
        assertThat(apart.message())
                .isEqualTo(
                        "the KMS key lives in eu-central-1, apart from the bucket in eu-west-1 and this host in eu-west-2");
        assertThat(finding(known(Optional.empty(), "eu-west-1", ""), kms(SINGLE, true))
                        .severity())
                .isEqualTo(Severity.WARNING);
    }

    @Test
    void a_confirmed_sheet_makes_it_a_notice() {
        assertThat(finding(NOTHING_KNOWN, kms(SINGLE, true), sheet(Optional.of(TIME)))
                        .severity())
                .isEqualTo(Severity.NOTICE);
    }

    @Test
    void a_multi_region_key_counts_by_its_replicas() {
        var alone = known(Optional.of(() -> Set.of("eu-central-1")), "", "");
        var replicated = known(Optional.of(() -> Set.of("eu-central-1", "us-west-2")), "", "");

        assertThat(finding(alone, kms(MULTI, true)).severity()).isEqualTo(Severity.WARNING);
        assertThat(finding(replicated, kms(MULTI, true)).severity()).isEqualTo(Severity.PASSED);
        assertThat(finding(replicated, kms(MULTI, true)).message()).endsWith("lives in eu-central-1 and us-west-2");
    }

    @Test
    void another_key_counts_only_while_it_opens_everything() {
        assertThat(finding(NOTHING_KNOWN, kms(SINGLE, true), file(Optional.empty(), List.of(1)))
                        .message())
                .isEqualTo("if KMS does not answer, another key opens the repository: key-file a label");
        assertThat(finding(NOTHING_KNOWN, kms(SINGLE, true), file(Optional.of(TIME), List.of(1)))
                        .severity())
                .isEqualTo(Severity.WARNING);
        var kms = entry("aws-kms", Optional.of(SINGLE), true, Optional.empty(), Optional.empty(), List.of(1, 2));
        assertThat(findings(NOTHING_KNOWN, 2, kms, file(Optional.empty(), List.of(1))))
                .singleElement()
                .satisfies(found -> assertThat(found.severity()).isEqualTo(Severity.WARNING));
    }

    @Test
    void a_second_key_of_kms_in_another_region_passes() {
        assertThat(finding(NOTHING_KNOWN, kms(SINGLE, true), kms(SINGLE.replace("eu-central-1", "eu-west-1"), false))
                        .severity())
                .isEqualTo(Severity.PASSED);
        assertThat(finding(NOTHING_KNOWN, kms(SINGLE, true), kms(SINGLE.replace("/1", "/2"), false))
                        .severity())
                .isEqualTo(Severity.WARNING);
    }
}
