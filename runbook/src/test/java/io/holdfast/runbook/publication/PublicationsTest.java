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
}
