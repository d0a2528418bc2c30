package io.holdfast.runbook.publication;

import static io.holdfast.runbook.publication.SharedPlans.ANNA;
import static io.holdfast.runbook.publication.SharedPlans.BERND;
import static io.holdfast.runbook.publication.SharedPlans.STRANGER;
import static io.holdfast.runbook.publication.SharedPlans.plan;
import static io.holdfast.runbook.publication.SharedPlans.publish;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.repository.Repository;
import io.holdfast.repository.disk.LocalDisk;
import io.holdfast.repository.document.Json;
import io.holdfast.repository.evidence.EvidenceArchive;
import io.holdfast.repository.evidence.EvidenceChain;
import io.holdfast.repository.evidence.EvidenceEntry;
import io.holdfast.repository.evidence.EvidenceKind;
import io.holdfast.repository.evidence.EvidenceSigner;
import io.holdfast.repository.key.KeyFileKey;
import io.holdfast.repository.store.FilesystemStore;
import io.holdfast.repository.store.ObjectKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class PlanEvidenceTest {

    private static final SecureRandom RANDOM = new SecureRandom();

    @TempDir
    private Path folder;

    private Repository repository;
    private Publications plans;

    @BeforeEach
    void make_a_repository() {
        repository = Repository.initialise(
                FilesystemStore.create(new LocalDisk(), folder.resolve("store"), InstantSource.system()),
                "lighthouse",
                KeyFileKey.generate(folder.resolve("key"), RANDOM),
                InstantSource.system(),
                RANDOM);
        plans = new Publications(repository);
    }

    @AfterEach
    void close() {
        repository.close();
    }

    private EvidenceChain host(String name) {
        return new EvidenceChain(
                repository, EvidenceSigner.generate(folder.resolve(name), RANDOM), InstantSource.system());
    }

    private List<EvidenceEntry> entries() {
        return EvidenceArchive.of(repository).read(found -> found.entry().orElseThrow(), _ -> {});
    }

    @Test
    void a_plan_whose_publisher_died_before_it_was_recorded_is_recorded_by_the_next() {
        publish(plans, plan("4h"), ANNA);
        var here = new PlanEvidence(repository, host("here"));
        assertThat(here.record()).containsOnlyKeys(1);
        publish(plans, plan("5h"), ANNA, BERND);
        var third = publish(plans, plan("6h"), ANNA, BERND);

        var there = new PlanEvidence(repository, host("there"));
        assertThat(there.record()).containsOnlyKeys(2, 3);

        assertThat(here.record()).isEmpty();
        assertThat(there.record()).isEmpty();
        var last = entries().stream()
                .filter(entry -> entry.subject().equals("3"))
                .findFirst()
                .orElseThrow();
        assertThat(last.kind()).isEqualTo(EvidenceKind.PLAN);
        assertThat(last.content().path("planHash").asString()).isEqualTo(third.hash());
        assertThat(last.content().path("by").asString()).isEqualTo("anna");
        assertThat(last.content().path("signatures")).hasSize(2);
    }

    @Test
    void what_was_put_behind_without_signatures_is_not_recorded_and_one_that_cannot_be_read_is() {
        publish(plans, plan("4h"), ANNA);
        repository.objects().createDocument(ObjectKey.of("plan", "00000002"), SharedPlans.unreadable(plans, STRANGER));
        var evidence = new PlanEvidence(repository, host("here"));
        assertThat(evidence.record()).containsOnlyKeys(1);

        repository
                .objects()
                .createDocument(ObjectKey.of("plan", "00000003"), SharedPlans.unreadable(plans, ANNA, BERND));
        assertThat(evidence.record()).containsOnlyKeys(2);
    }

    @Test
    void an_entry_of_another_plan_of_that_number_does_not_keep_it_from_being_recorded() {
        host("thief")
                .add(
                        EvidenceKind.PLAN,
                        "1",
                        Json.mapper().createObjectNode().put("number", 1).put("planHash", "another"));
        publish(plans, plan("4h"), ANNA);

        assertThat(new PlanEvidence(repository, host("here")).record()).containsOnlyKeys(1);
    }

    @Test
    void a_host_that_has_forgotten_what_it_recorded_looks_it_up() throws IOException {
        var first = publish(plans, plan("4h"), ANNA);
        var evidence = new PlanEvidence(repository, host("here"));
        evidence.record();
        Files.delete(folder.resolve("here.%s.plans".formatted(repository.id())));
        assertThat(evidence.known()).isEmpty();

        assertThat(evidence.record()).isEmpty();
        assertThat(evidence.known()).contains(KnownPlan.of(first));
    }

    @Test
    void one_that_has_come_under_the_number_of_one_that_was_taken_away_is_recorded() {
        publish(plans, plan("4h"), ANNA);
        publish(plans, plan("5h"), ANNA, BERND);
        var evidence = new PlanEvidence(repository, host("here"));
        assertThat(evidence.record()).containsOnlyKeys(1, 2);

        repository.store().remove(ObjectKey.of("plan", "00000002"));
        assertThat(evidence.record()).isEmpty();
        publish(plans, plan("6h"), ANNA, BERND);

        assertThat(evidence.record()).containsOnlyKeys(2);
        assertThat(evidence.record()).isEmpty();
    }

    /** Whoever has the repository key can store what a host has signed for another repository. */
    @Test
    void an_entry_of_another_repository_does_not_keep_a_plan_from_being_recorded() {
        var first = publish(plans, plan("4h"), ANNA);
        var host = host("here");
        try (var other = Repository.initialise(
                FilesystemStore.create(new LocalDisk(), folder.resolve("other"), InstantSource.system()),
                "harbour",
                KeyFileKey.generate(folder.resolve("other-key"), RANDOM),
                InstantSource.system(),
                RANDOM)) {
            new EvidenceChain(other, EvidenceSigner.read(folder.resolve("here")), InstantSource.system())
                    .add(
                            EvidenceKind.PLAN,
                            "1",
                            Json.mapper().createObjectNode().put("number", 1).put("planHash", first.hash()));
            var object = ObjectKey.of("evidence", host.key().writer(), "00000001");
            repository.objects().createDocument(object, other.objects().readDocument(object, JsonNode.class));
        }

        assertThat(new PlanEvidence(repository, host).record()).containsOnlyKeys(1);
    }
}
