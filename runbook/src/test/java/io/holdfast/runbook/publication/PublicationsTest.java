package io.holdfast.runbook.publication;

import static io.holdfast.runbook.publication.SharedPlans.ANNA;
import static io.holdfast.runbook.publication.SharedPlans.BERND;
import static io.holdfast.runbook.publication.SharedPlans.STRANGER;
import static io.holdfast.runbook.publication.SharedPlans.plan;
import static io.holdfast.runbook.publication.SharedPlans.signatures;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.plan.SshPublicKey;
import io.holdfast.plan.file.PlanFile;
import io.holdfast.repository.Repository;
import io.holdfast.repository.disk.LocalDisk;
import io.holdfast.repository.key.KeyFileKey;
import io.holdfast.repository.store.FilesystemStore;
import io.holdfast.repository.store.ObjectKey;
import io.holdfast.repository.store.ObjectNumbers;
import io.holdfast.runbook.approval.ApprovalException;
import io.holdfast.runbook.approval.TestKeys;
import io.holdfast.testkit.Turns;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PublicationsTest {

    @TempDir
    private Path folder;

    private Repository repository;
    private Publications plans;

    @BeforeEach
    void make_a_repository() {
        var random = new SecureRandom();
        repository = Repository.initialise(
                FilesystemStore.create(new LocalDisk(), folder.resolve("store"), InstantSource.system()),
                "lighthouse",
                KeyFileKey.generate(folder.resolve("key"), random),
                InstantSource.system(),
                random);
        plans = new Publications(repository);
    }

    @AfterEach
    void close() {
        repository.close();
    }

    private PublishedPlan publish(String text, TestKeys... signers) {
        return SharedPlans.publish(plans, text, signers);
    }

    private PublishedPlan inForce(TestKeys... trusted) {
        return plans.inForce(
                Set.copyOf(Stream.of(trusted).map(TestKeys::publicKey).toList()), Optional.empty());
    }

    @Test
    void a_plan_is_in_force_for_whoever_trusts_a_key_that_signed_it() {
        publish(plan("4h"), ANNA);

        assertThat(inForce(ANNA).text()).isEqualTo(plan("4h"));
        assertThat(inForce(ANNA).signers()).containsExactly(ANNA.publicKey());
        assertThatThrownBy(() -> inForce(STRANGER))
                .isInstanceOf(PublicationException.class)
                .hasMessageContaining("number 1 is not signed by a trusted key")
                .hasMessageContaining(ANNA.publicKey().fingerprint());
    }

    @Test
    void nothing_is_published_without_a_right_signature() {
        var prepared = plans.prepare(plan("4h"), "anna", InstantSource.system());

        assertThatThrownBy(() -> plans.publish(prepared, List.of())).isInstanceOf(PublicationException.class);
        assertThatThrownBy(() -> plans.publish(prepared, List.of(ANNA.sign("another text"))))
                .isInstanceOf(ApprovalException.class);
        assertThat(plans.newest()).isEmpty();
        assertThatThrownBy(() -> inForce(ANNA)).hasMessageStartingWith("no plan is published");
    }

    @Test
    void a_change_needs_the_signatures_that_the_plan_before_asks_for() {
        publish(plan("4h"), ANNA);
        var changed = plan("5h").replace("quorum: 2", "quorum: 1");

        assertThatThrownBy(() -> publish(changed, ANNA))
                .isInstanceOf(PublicationException.class)
                .hasMessageContaining("2 of keepers")
                .hasMessageContaining("these have signed: anna");
        assertThatThrownBy(() -> publish(changed, ANNA, STRANGER)).isInstanceOf(PublicationException.class);
        publish(changed, ANNA, BERND);

        assertThat(plans.all()).extracting(PublishedPlan::number).containsExactly(2, 1);
        publish(plan("6h"), BERND);
        assertThat(inForce(ANNA).number()).isEqualTo(3);
    }

    @Test
    void trust_goes_on_from_plan_to_plan_as_each_asks() {
        publish(plan("4h"), ANNA, STRANGER);
        publish(plan("5h"), ANNA, BERND);

        assertThat(inForce(STRANGER).number()).isEqualTo(2);
    }

    @Test
    void what_was_put_in_with_the_repository_key_only_is_not_trusted_and_nothing_older_is_taken_instead() {
        var first = publish(plan("4h"), ANNA);
        var forged = plans.prepare(plan("9h"), "mallory", InstantSource.system());
        repository
                .objects()
                .createDocument(ObjectKey.of("plan", "00000002"), forged.signed(signatures(forged, STRANGER)));

        assertThatThrownBy(() -> inForce(ANNA)).hasMessageContaining("number 2 is not signed by a trusted key");
        assertThat(plans.inForce(Set.of(ANNA.publicKey()), Optional.of(1)).text())
                .isEqualTo(first.text());
        assertThatThrownBy(() -> plans.inForce(Set.of(ANNA.publicKey()), Optional.of(7)))
                .hasMessage("there is no published plan number 7");
    }

    /** As by whoever has the repository key, and no owner's. */
    @Test
    void a_plan_that_was_put_behind_does_not_end_the_rule_of_the_one_before_nor_its_changes() {
        publish(plan("4h"), ANNA);
        var lawless = plan("9h").replace("  changes: {from: [keepers], quorum: 2}\n", "");
        var forged = plans.prepare(lawless, "mallory", InstantSource.system());
        repository
                .objects()
                .createDocument(ObjectKey.of("plan", "00000002"), forged.signed(signatures(forged, STRANGER)));

        assertThat(plans.newest()).map(PublishedPlan::number).contains(1);
        assertThatThrownBy(() -> publish(plan("5h"), ANNA)).hasMessageContaining("these have signed: anna");
        publish(plan("5h"), ANNA, BERND);

        assertThat(plans.newest()).map(PublishedPlan::text).contains(plan("5h"));
        assertThat(inForce(ANNA).text()).isEqualTo(plan("5h"));
    }

    @Test
    void signatures_of_one_plan_are_none_of_another_nor_of_another_place() {
        var first = publish(plan("4h"), ANNA);
        var prepared = plans.prepare(plan("5h"), "anna", InstantSource.system());

        assertThat(prepared.signed(first.signatures()).signers()).isEmpty();
        assertThat(new PublishedPlan(
                                0,
                                prepared.repository(),
                                3,
                                prepared.previous(),
                                prepared.text(),
                                prepared.at(),
                                "",
                                signatures(prepared, ANNA, BERND))
                        .signers())
                .isEmpty();
    }

    @Test
    void the_same_plan_is_not_published_twice_and_one_that_was_overtaken_not_at_all() {
        publish(plan("4h"), ANNA);
        assertThatThrownBy(() -> publish("# a comment\n" + plan("4h"), ANNA, BERND))
                .hasMessageContaining("published already, as number 1");

        var prepared = plans.prepare(plan("5h"), "anna", InstantSource.system());
        var signatures = signatures(prepared, ANNA, BERND);
        publish(plan("6h"), ANNA, BERND);
        assertThatThrownBy(() -> plans.publish(prepared, signatures))
                .hasMessageContaining("somebody else has published number 2");
    }

    @Test
    void a_person_with_two_keys_is_one() {
        var second = TestKeys.make();
        publish(
                plan("4h")
                        .replace(
                                "keys: [\"" + ANNA.line(), "keys: [\"%s\", \"%s".formatted(second.line(), ANNA.line())),
                ANNA);

        assertThatThrownBy(() -> publish(plan("5h"), ANNA, second)).hasMessageContaining("these have signed: anna");
    }

    /** A check finds this; whoever publishes by other means may not have checked. */
    @Test
    void two_names_with_one_key_are_one_person() {
        publish(
                plan("4h")
                        .replace(
                                "keys: [\"" + BERND.line(), "keys: [\"%s\", \"%s".formatted(ANNA.line(), BERND.line())),
                ANNA);

        assertThatThrownBy(() -> publish(plan("5h"), ANNA)).hasMessageContaining("these have signed: anna");
        assertThatThrownBy(() -> publish(plan("5h"), ANNA, BERND)).hasMessageContaining("these have signed: anna");
    }

    @Test
    void keys_of_owners_are_compared_without_their_comments() {
        publish(plan("4h"), ANNA);

        var typed = SshPublicKey.parse(ANNA.line() + " anna@harbour").orElseThrow();
        assertThat(plans.inForce(Set.of(typed), Optional.empty()).number()).isEqualTo(1);
    }

    private void store(int name, PublishedPlan plan) {
        repository.objects().createDocument(ObjectKey.of("plan", ObjectNumbers.text(name)), plan);
    }

    @Test
    void an_old_plan_that_is_stored_once_more_does_not_come_into_force_again() {
        var first = publish(plan("4h"), ANNA);
        publish(plan("5h"), ANNA, BERND);
        store(3, first);

        assertThat(inForce(ANNA).text()).isEqualTo(plan("5h"));
        assertThat(plans.newest()).map(PublishedPlan::number).contains(2);
        assertThat(publish(plan("6h"), ANNA, BERND).number()).isEqualTo(3);
        assertThat(inForce(ANNA).text()).isEqualTo(plan("6h"));
    }

    @Test
    void forged_copies_keep_nobody_from_a_plan_that_is_trusted_nor_break_the_way_to_it() {
        var first = publish(plan("4h"), ANNA, STRANGER);
        var forged = plans.prepare(plan("9h"), "mallory", InstantSource.system());
        var second = publish(plan("5h"), ANNA, BERND);
        store(3, forged.signed(List.of()));
        store(4, first.signed(List.of()));
        store(5, second.signed(List.of()));

        assertThat(inForce(ANNA).text()).isEqualTo(plan("5h"));
        assertThat(inForce(STRANGER).text()).isEqualTo(plan("5h"));
        assertThat(plans.inForce(Set.of(ANNA.publicKey()), Optional.of(1)).text())
                .isEqualTo(plan("4h"));
    }

    @Test
    void a_number_that_its_name_does_not_bear_out_does_not_end_the_numbering() {
        publish(plan("4h"), ANNA);
        var forged = plans.prepare(plan("9h"), "mallory", InstantSource.system());
        store(
                2,
                new PublishedPlan(
                        0,
                        repository.id(),
                        Integer.MAX_VALUE,
                        forged.previous(),
                        forged.text(),
                        forged.at(),
                        "",
                        List.of()));

        assertThat(inForce(ANNA).number()).isEqualTo(1);
        assertThat(publish(plan("5h"), ANNA, BERND).number()).isEqualTo(2);
    }

    @Test
    void nothing_older_is_taken_where_the_newest_cannot_be_read() throws IOException {
        publish(plan("4h"), ANNA);
        try (var writer = repository.store().create(ObjectKey.of("plan", "99999999"))) {
            writer.write(ByteBuffer.wrap(new byte[] {1, 2, 3}));
            writer.commit();
        }

        assertThatThrownBy(() -> inForce(ANNA))
                .isInstanceOf(PublicationException.class)
                .hasMessageContaining("'plan/99999999', which may be the plan in force, cannot be read");
        assertThat(plans.inForce(Set.of(ANNA.publicKey()), Optional.of(1)).number())
                .isEqualTo(1);
        assertThat(publish(plan("5h"), ANNA, BERND).number()).isEqualTo(2);
    }

    @Test
    void a_plan_that_this_version_cannot_read_is_not_passed_over() {
        publish(plan("4h"), ANNA);
        store(2, SharedPlans.unreadable(plans, ANNA, BERND));

        assertThatThrownBy(() -> inForce(ANNA).read()).hasMessageContaining("published plan number 2 cannot be read");
        assertThat(plans.inForce(Set.of(ANNA.publicKey()), Optional.of(1)).number())
                .isEqualTo(1);
        assertThatThrownBy(() -> publish(plan("5h"), ANNA, BERND))
                .hasMessageContaining("published plan number 2 cannot be read");
    }

    @Test
    void what_is_no_plan_of_any_version_is_none() {
        publish(plan("4h"), ANNA);
        var second = plans.prepare(plan("5h"), "anna", InstantSource.system());
        store(2, SharedPlans.withText(second, "plan: [").signed(signatures(second, ANNA, BERND)));
        store(3, SharedPlans.withText(second, "plan: {}\nplan: {}").signed(signatures(second, ANNA, BERND)));

        assertThat(plans.newest()).map(PublishedPlan::number).contains(1);
        assertThat(publish(plan("5h"), ANNA, BERND).number()).isEqualTo(2);
        assertThat(inForce(ANNA).text()).isEqualTo(plan("5h"));
    }

    @Test
    void a_file_stands_to_the_plan_in_force_as_those_say_who_agreed_to_it() {
        assertThat(standing("4h")).isEqualTo(new Standing.Free());
        publish(plan("4h"), ANNA);
        assertThat(standing("4h")).isEqualTo(new Standing.Free());
        assertThat(standing("5h")).isEqualTo(new Standing.NotInForce(1));

        store(2, SharedPlans.unreadable(plans, STRANGER));
        assertThat(standing("4h")).isEqualTo(new Standing.Free());
        assertThat(standing("5h")).isEqualTo(new Standing.NotInForce(1));

        var newer = SharedPlans.unreadable(plans, ANNA, BERND);
        store(3, newer);
        assertThat(standing("4h")).isEqualTo(new Standing.Unreadable(newer, true));
        assertThat(standing("5h")).isEqualTo(new Standing.Unreadable(newer, true));
    }

    @Test
    void where_nobody_is_asked_a_plan_that_cannot_be_read_was_agreed_to_by_nobody() {
        var free = plan("4h").replace("  changes: {from: [keepers], quorum: 2}\n", "");
        publish(free, ANNA);
        assertThat(standing("5h")).isEqualTo(new Standing.Free());

        var newer = SharedPlans.unreadable(plans);
        store(2, newer);
        assertThat(standing("5h")).isEqualTo(new Standing.Unreadable(newer, false));
    }

    private Standing standing(String rto) {
        return plans.standing(PlanFile.read(plan(rto)).plan().orElseThrow());
    }

    private static ObjectKey object(int name) {
        return ObjectKey.of("plan", ObjectNumbers.text(name));
    }

    private void lose(int name) {
        repository.store().remove(object(name));
    }

    private void damage(int name) throws IOException {
        lose(name);
        try (var writer = repository.store().create(object(name))) {
            writer.write(ByteBuffer.wrap(new byte[] {1, 2, 3}));
            writer.commit();
        }
    }

    /** As by whoever may write to the store, and has no key at all. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void a_first_plan_that_is_lost_does_not_end_the_rule_of_those_behind_it(boolean damaged) throws IOException {
        publish(plan("4h"), ANNA);
        publish(plan("5h"), ANNA, BERND);
        publish(plan("6h"), ANNA, BERND);
        if (damaged) {
            damage(1);
        } else {
            lose(1);
        }

        assertThat(standing("6h")).isEqualTo(new Standing.Free());
        assertThat(standing("99h")).isEqualTo(new Standing.NotInForce(3));
        assertThatThrownBy(() -> publish(plan("99h"), STRANGER)).hasMessageContaining("number 3 asks for");
        assertThat(publish(plan("7h"), ANNA, BERND).number()).isEqualTo(4);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void behind_one_that_is_lost_follows_what_those_have_signed_whom_the_last_before_it_asks(boolean damaged)
            throws IOException {
        publish(plan("4h"), ANNA);
        publish(plan("5h"), ANNA, BERND);
        publish(plan("6h"), ANNA, BERND);
        if (damaged) {
            damage(2);
        } else {
            lose(2);
        }

        assertThat(standing("6h")).isEqualTo(new Standing.Free());
        assertThat(standing("4h")).isEqualTo(new Standing.NotInForce(3));
        assertThat(inForce(ANNA).number()).isEqualTo(3);
        assertThat(publish(plan("7h"), ANNA, BERND).number()).isEqualTo(4);
        assertThat(inForce(BERND).text()).isEqualTo(plan("7h"));
    }

    @Test
    void one_behind_a_gap_that_they_have_not_signed_is_in_doubt_and_so_is_the_last_before_the_gap() {
        publish(plan("4h"), ANNA);
        publish(plan("5h").replace("quorum: 2", "quorum: 1"), ANNA, BERND);
        publish(plan("6h"), ANNA);
        lose(2);

        var why = "number 3 is there, but not the one before it";
        assertThat(standing("4h")).isEqualTo(new Standing.Doubtful(Optional.of(1), why, false));
        assertThat(standing("6h")).isEqualTo(new Standing.Doubtful(Optional.of(1), why, true));
        assertThat(((Standing.Doubtful) standing("6h")).problem())
                .hasMessage("this is not published plan number 1, and whether that is the one in force cannot be told: "
                        + why);
        assertThatThrownBy(() -> inForce(ANNA))
                .hasMessage(
                        "whether published plan number 3 was agreed to cannot be told: the plan before number 3 is not"
                                + " there, or cannot be read");
        assertThat(plans.inForce(Set.of(ANNA.publicKey()), Optional.of(3)).text())
                .isEqualTo(plan("6h"));
        assertThatThrownBy(() -> plans.inForce(Set.of(BERND.publicKey()), Optional.of(3)))
                .hasMessageContaining("is not signed by a trusted key");
    }

    @Test
    void a_newest_that_is_damaged_leaves_the_one_before_in_doubt_and_not_the_file_locked_out() throws IOException {
        publish(plan("4h"), ANNA);
        publish(plan("5h"), ANNA, BERND);
        damage(2);

        assertThat(standing("4h")).isInstanceOfSatisfying(Standing.Doubtful.class, doubtful -> {
            assertThat(doubtful.another()).isFalse();
            assertThat(doubtful.why()).startsWith("'plan/00000002', which may be it, cannot be read: ");
        });
        assertThat(standing("5h"))
                .isInstanceOfSatisfying(
                        Standing.Doubtful.class,
                        doubtful -> assertThat(doubtful.another()).isTrue());
        damage(1);
        assertThat(standing("99h"))
                .isInstanceOfSatisfying(
                        Standing.Doubtful.class,
                        doubtful -> assertThat(doubtful.number()).isEmpty());
    }

    /** Of the owners only one, by whatever means, puts a plan behind one that asks for two. */
    @Test
    void one_owner_whom_somebody_trusts_is_not_all_whom_the_plan_before_asks() {
        publish(plan("4h"), ANNA, BERND);
        var alone = plans.prepare(plan("9h").replace("quorum: 2", "quorum: 1"), "anna", InstantSource.system());
        store(2, alone.signed(signatures(alone, ANNA)));

        assertThatThrownBy(() -> inForce(ANNA))
                .isInstanceOf(PublicationException.class)
                .hasMessage(
                        "published plan number 2 is signed by a trusted key, but not by those whom number 1 asks before it"
                                + " is changed: 2 of keepers; these have signed: anna")
                .extracting(thrown -> ((PublicationException) thrown).hint())
                .asString()
                .endsWith("--number 1");
        assertThatThrownBy(() -> plans.inForce(Set.of(ANNA.publicKey()), Optional.of(2)))
                .hasMessageContaining("but not by those whom number 1 asks");
        var next = alone.signed(signatures(alone, ANNA));
        var third = new PublishedPlan(
                0, repository.id(), 3, next.hashOfStatement(), plan("10h"), next.at(), "anna", List.of());
        store(3, third.signed(signatures(third, ANNA)));
        assertThatThrownBy(() -> inForce(ANNA))
                .hasMessageContaining("published plan number 2 is signed by a trusted key");
        assertThat(plans.inForce(Set.of(ANNA.publicKey()), Optional.of(1)).text())
                .isEqualTo(plan("4h"));
    }

    @Test
    void what_a_host_has_seen_and_is_taken_away_leaves_nothing_older_in_force_by_itself() {
        publish(plan("4h"), ANNA);
        var second = publish(plan("5h"), ANNA, BERND);
        lose(2);
        var knowing = new Publications(repository, Optional.of(KnownPlan.of(second)));

        assertThat(standing("4h")).isEqualTo(new Standing.Free());
        var why = "published plan number 2, which this host has seen in the repository, is not there any more";
        assertThat(knowing.standing(PlanFile.read(plan("4h")).plan().orElseThrow()))
                .isEqualTo(new Standing.Doubtful(Optional.of(1), why, false));
        assertThatThrownBy(() -> knowing.inForce(Set.of(ANNA.publicKey()), Optional.empty()))
                .hasMessage(why);
        assertThat(knowing.inForce(Set.of(ANNA.publicKey()), Optional.of(1)).number())
                .isEqualTo(1);
        store(2, second);
        publish(plan("6h"), ANNA, BERND);
        lose(2);
        assertThat(knowing.inForce(Set.of(ANNA.publicKey()), Optional.empty()).number())
                .isEqualTo(3);
    }

    /** Whichever operation of one the other comes before. */
    @Test
    void of_two_who_publish_at_once_one_is_told_that_the_other_was_first() {
        publish(plan("4h"), ANNA);
        var key = KeyFileKey.read(folder.resolve("key"));
        var ended = false;
        for (int before = 0; !ended; before++) {
            try (var turns = new Turns()) {
                var publishing = turns.begin("publisher", repository.store(), view -> {
                    try (var opened = Repository.open(view, () -> key)) {
                        SharedPlans.publish(new Publications(opened), plan("5h"), ANNA, BERND);
                    }
                });
                publishing.steps(before);
                ended = publishing.hasEnded();
                if (!ended) {
                    publish(plan("6h"), ANNA, BERND);
                }
                publishing.finish();

                assertThat(plans.chain().stream().map(PublishedPlan::text).anyMatch(plan("5h")::equals))
                        .describedAs("before operation %d: %s", before, publishing.failure())
                        .isEqualTo(publishing.failure().isEmpty());
            }
            forgetAllBehindTheFirst();
        }
    }

    private void forgetAllBehindTheFirst() {
        try (var objects = repository.store().list(ObjectKey.of("plan"))) {
            objects.filter(object -> !object.key().equals(object(1)))
                    .toList()
                    .forEach(object -> repository.store().remove(object.key()));
        }
    }
}
