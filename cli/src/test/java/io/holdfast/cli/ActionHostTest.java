package io.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.plan.action.CheckActions;
import io.holdfast.plan.action.CommandActions;
import io.holdfast.plan.action.HoldfastActions;
import io.holdfast.plan.action.NotifyActions;
import io.holdfast.plan.action.PostgresActions;
import io.holdfast.postgres.action.RepositoryPlace;
import io.holdfast.runbook.action.Action;
import io.holdfast.runbook.action.Call;
import io.holdfast.runbook.action.Inputs;
import io.holdfast.runbook.action.Outcome;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ActionHostTest {

    @TempDir
    private Path folder = Path.of("");

    private ActionHost host() {
        return host(Map.of(
                "HOLDFAST_MEMBER",
                "bell-rock",
                "HOLDFAST_STATE_DIRECTORY",
                folder.resolve("state").toString()));
    }

    private ActionHost host(Map<String, String> environment) {
        var surroundings = new Surroundings(
                environment, folder, folder.resolve("none.yaml"), InstantSource.system(), Optional.empty(), false);
        return new ActionHost(surroundings, Optional.empty(), new PrintWriter(new StringWriter()), Map::of);
    }

    private RepositoryPlace place(Map<String, String> settings) {
        return new RepositoryPlace(
                folder.resolve("repository").toString(),
                Optional.of(folder.resolve("key").toString()),
                Optional.empty(),
                settings);
    }

    @Test
    void every_action_that_is_described_is_installed_once() {
        var described = Stream.of(
                        CheckActions.ALL,
                        CommandActions.ALL,
                        HoldfastActions.ALL,
                        NotifyActions.ALL,
                        PostgresActions.ALL)
                .flatMap(List::stream)
                .toList();

        assertThat(host().actions()).extracting(Action::descriptor).containsExactlyInAnyOrderElementsOf(described);
    }

    @Test
    void what_a_step_says_counts_before_the_configuration_of_the_host() {
        assertThat(host().backup(place(Map.of())).member().text()).isEqualTo("bell-rock");
        assertThat(host().backup(place(Map.of("member", "skerryvore"))).member().text())
                .isEqualTo("skerryvore");
        assertThat(host().spool(place(Map.of()))).isEqualTo(folder.resolve("state/spool"));
        assertThat(host().reference(place(Map.of())).key()).isEqualTo("key-file:" + folder.resolve("key"));
    }

    @Test
    void a_step_may_name_a_key_of_kms_though_this_host_has_a_key_file() {
        var arn = "arn:aws:kms:eu-central-1:111122223333:key/mrk-1234abcd12ab34cd56ef1234567890ab";
        var host = host(
                Map.of("HOLDFAST_REPOSITORY_KEY_FILE", folder.resolve("key").toString()));
        var place = new RepositoryPlace(
                folder.resolve("repository").toString(),
                Optional.empty(),
                Optional.empty(),
                Map.of("repository.kms-key", arn, "kms.profile", "dr"));

        assertThat(host.reference(place).key())
                .isEqualTo("aws-kms:key=" + arn.replace(":", "%3A").replace("/", "%2F") + "&profile=dr");
    }

    @Test
    void a_setting_that_there_is_not_is_refused_with_the_nearest() {
        assertThatThrownBy(() -> host().backup(place(Map.of("s3.regoin", "eu-west-1"))))
                .hasMessage("there is no setting 's3.regoin'")
                .isInstanceOfSatisfying(
                        UsageException.class, e -> assertThat(e.hint()).isEqualTo("did you mean 's3.region'?"));
    }

    @Test
    void a_repository_that_is_not_there_is_a_failure_and_no_surprise() throws InterruptedException {
        var restore = host().actions().stream()
                .filter(action -> action.descriptor().name().equals("postgres.restore"))
                .findFirst()
                .orElseThrow();
        var inputs = Map.<String, Object>of(
                "repository",
                folder.resolve("none").toString(),
                "key-file",
                folder.resolve("key").toString(),
                "directory",
                folder.resolve("restored").toString());

        var outcome =
                restore.execute(new Call("run/step", new Inputs(inputs), _ -> {}, Instant.MAX, InstantSource.system()));

        assertThat(outcome).isInstanceOf(Outcome.Failed.class);
        assertThat(folder.resolve("restored")).doesNotExist();
    }
}
