package io.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

class PlanCommandsTest {

    private static final Path CHECKOUT = checkout();
    private static final String FAITHFUL =
            CHECKOUT.resolve("plans/optimal-build/plan.yaml").toString();
    private static final String MENDED =
            CHECKOUT.resolve("plans/optimal-build/plan-mended.yaml").toString();

    @TempDir
    private Path folder;

    private CommandRun holdfast = new CommandRun(Path.of(""));

    @BeforeEach
    void work_in_the_folder() {
        holdfast = new CommandRun(folder);
    }

    private static Path checkout() {
        var folder = Path.of("").toAbsolutePath();
        while (!Files.exists(folder.resolve("plans"))) {
            folder = Objects.requireNonNull(folder.getParent());
        }
        return folder;
    }

    @Nested
    class A_check {

        @Test
        void of_the_plan_of_optimal_build_warns_and_passes() {
            var ended = holdfast.run("plan", "check", FAITHFUL);

            assertThat(ended.exitCode()).isZero();
            assertThat(ended.out())
                    .contains(
                            FAITHFUL + ":13:3: warning: the review of 2025-04-17 is ",
                            "warning: 'full-database-restore' recovers from a dump that is taken every 24 hours: it loses up to 24"
                                    + " hours, 23 hours more than the RPO of 1 hour [plan.objective-rpo]")
                    .contains("39 warnings")
                    .doesNotContain("passed:");
        }

        @Test
        void that_is_strict_fails_on_warnings() {
            assertThat(holdfast.run("plan", "check", FAITHFUL, "--strict").exitCode())
                    .isOne();
        }

        @Test
        void of_a_plan_that_makes_no_sense_tells_everything_and_ends_with_one() throws Exception {
            Files.writeString(folder.resolve("plan.yaml"), "plan: 1\nobjektives: 2\n");

            var ended = holdfast.run("plan", "check", "plan.yaml");

            assertThat(ended.exitCode()).isOne();
            assertThat(ended.out())
                    .contains(
                            "plan.yaml:1:7: error: 'plan' takes a section, not '1' [plan.invalid-value]",
                            "plan.yaml:2:1: error: unknown key 'objektives' [plan.unknown-key]\n  did you mean 'objectives'?");
        }

        @Test
        void tells_what_stands_in_the_plan_on_one_line_that_no_terminal_obeys() throws Exception {
            Files.writeString(
                    folder.resolve("plan.yaml"),
                    "\"pl\\e[2Jan\": 1\n\"x\\nplan.yaml:9:9: warning: all is well\": 2\n\"y\\rz\": 3\n");

            var ended = holdfast.run("plan", "check", "plan.yaml");

            assertThat(ended.exitCode()).isOne();
            assertThat(ended.out())
                    .contains("unknown key 'pl\uFFFD[2Jan'", "unknown key 'x plan.yaml:9:9", "unknown key 'y\uFFFDz'")
                    .doesNotContain("\u001b", "\r");
        }

        @Test
        void is_json_for_programs() {
            var ended = holdfast.run("plan", "check", FAITHFUL, "-o", "json");

            var first = JsonMapper.shared().readTree(ended.out()).get(0);
            assertThat(first.get("code").asString()).isEqualTo("plan.review-overdue");
            assertThat(first.get("place").get("line").asInt()).isEqualTo(13);
        }

        @Test
        void of_a_file_that_is_not_there_is_refused() {
            var ended = holdfast.run("plan", "check", "none.yaml");

            assertThat(ended.exitCode()).isEqualTo(2);
            assertThat(ended.err()).contains("there is no plan").contains("holdfast plan init");
        }

        @Test
        void that_is_live_asks_the_world_and_knows_what_it_does_not_know() throws Exception {
            var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.createContext("/", exchange -> {
                exchange.sendResponseHeaders(200, -1);
                exchange.close();
            });
            server.start();
            try {
                var ended = live(server.getAddress().getPort());

                assertThat(ended.out())
                        .contains("unknown: step later: ${steps.look.status} is known only in a run [live.wait]")
                        .contains(
                                "unknown: step scale: action 'kubernetes.scale' is not installed here [live.kubernetes.scale]")
                        .contains(
                                "unknown: step secret: secret 'env:NO_SUCH_HOOK' is not in the environment [live.notify.slack]")
                        .contains("action required: step program: ")
                        .contains("passed: step look: ")
                        .contains("unknown: no repository is configured");
                assertThat(ended.exitCode()).isOne();
            } finally {
                server.stop(0);
            }
        }

        private CommandRun.Ended live(int port) throws Exception {
            Files.writeString(folder.resolve("plan.yaml"), """
                    plan: {name: shop, overview: x, version: 1, updated: 2026-01-01, next-review: 2099-07-01, owner: Me}
                    objectives:
                      rto: {target: 4h, description: a}
                      rpo: {target: 1h, description: b}
                      mttr: {target: 2h, description: c}
                    procedures:
                      a:
                        title: A
                        use: x
                        steps:
                          - {id: look, title: L, uses: http.check, with: {url: "${environment.url}"}}
                          - {id: later, title: L, uses: wait, with: {duration: "${steps.look.status}"}}
                          - {id: program, title: P, uses: command, with: {argv: [/no/such/program]}}
                          - {id: scale, title: S, uses: kubernetes.scale, with: {deployment: d, namespace: n, replicas: 0}}
                          - {id: secret, title: S, uses: notify.slack, with: {webhook: "env:NO_SUCH_HOOK", text: x}}
                    environments:
                      here: {title: H, values: {url: "http://127.0.0.1:PORT/"}}
                    """.replace("PORT", Integer.toString(port)));
            return holdfast.run("plan", "check", "plan.yaml", "--live", "--environment", "here", "--passed");
        }

        @Test
        void that_is_live_in_an_environment_that_there_is_not_is_refused() {
            var ended = holdfast.run("plan", "check", MENDED, "--live", "--environment", "pord");

            assertThat(ended.exitCode()).isEqualTo(2);
            assertThat(ended.err()).contains("did you mean 'prod'?");
        }
    }

    @Nested
    class A_document {

        @Test
        void goes_to_stdout_or_into_a_file() throws Exception {
            var ended = holdfast.run("plan", "render", FAITHFUL);
            holdfast.run("plan", "render", FAITHFUL, "--format", "html", "--to", "plan.html");

            assertThat(ended.out()).startsWith("# Disaster Recovery Plan\n").contains("never proven");
            assertThat(folder.resolve("plan.html")).content().startsWith("<!DOCTYPE html>");
        }

        @Test
        void without_the_repository_that_is_configured_is_no_document() {
            var ended = holdfast.run("plan", "render", FAITHFUL, "--repository", "/no/such/repository");

            assertThat(ended.exitCode()).isNotZero();
            assertThat(ended.out()).isEmpty();
        }
    }

    @Nested
    class A_difference {

        @Test
        void is_a_page_that_a_person_can_read() {
            var ended = holdfast.run("plan", "diff", MENDED, FAITHFUL);

            assertThat(ended.exitCode()).isOne();
            assertThat(ended.out())
                    .startsWith("# What changed in the plan\n")
                    .contains(
                            "- the change needs: 2 of cto, infrastructure-lead, database-admin, as the old plan says",
                            "## Disaster categories\n\n- category 1: severity is Low, was High",
                            "## Approvals that are void",
                            "- procedure full-database-restore, step agree: agree to what is lost");
        }

        @Test
        void says_what_stands_in_a_plan_as_text() throws Exception {
            var plan = """
                    plan: {name: a, overview: b, version: 1, updated: 2026-01-01, next-review: 2026-07-01, owner: Me}
                    objectives:
                      rto: {target: 4h, description: a}
                      rpo: {target: 1h, description: b}
                      mttr: {target: 2h, description: c}
                    procedures:
                      a: {title: A, use: x, steps: [{id: s, title: S, uses: wait, with: {duration: 1s}}]}
                    """;
            Files.writeString(folder.resolve("old.yaml"), plan);
            Files.writeString(
                    folder.resolve("new.yaml"),
                    plan.replace("title: A", "title: \"<img src=x> [A](javascript:b)\"")
                            .replace("use: x", "use: \"y\\r- nothing else\""));

            var ended = holdfast.run("plan", "diff", "old.yaml", "new.yaml");

            assertThat(ended.out())
                    .contains(
                            "- procedure a: title is &lt;img src=x> [A]\\(javascript:b), was A",
                            "- procedure a: use is y - nothing else, was x");
        }

        @Test
        void that_is_none_ends_with_zero() {
            assertThat(holdfast.run("plan", "diff", MENDED, MENDED).exitCode()).isZero();
        }
    }

    @Nested
    class A_new_plan {

        @Test
        void has_blanks_that_a_check_finds_and_no_errors() {
            var made = holdfast.run("plan", "init", "--to", "plan.yaml", "--host", "/no/such/folder");
            var checked = holdfast.run("plan", "check", "plan.yaml");

            assertThat(made.exitCode()).isZero();
            assertThat(made.err()).contains("not found out: the server: ", "no repository is configured");
            assertThat(checked.out())
                    .contains("still has blanks", "[plan.placeholder]")
                    .doesNotContain(": error: ");
            assertThat(checked.exitCode()).isZero();
        }

        @Test
        void does_not_touch_a_file_that_is_there() throws Exception {
            Files.writeString(folder.resolve("plan.yaml"), "mine");

            var ended = holdfast.run("plan", "init", "--to", "plan.yaml", "--host", "/no/such/folder");

            assertThat(ended.exitCode()).isEqualTo(3);
            assertThat(folder.resolve("plan.yaml")).content().isEqualTo("mine");
        }
    }

    @Test
    void the_shipped_schema_is_the_generated_one() {
        assertThat(CHECKOUT.resolve("docs/plan.schema.json"))
                .content()
                .isEqualTo(holdfast.run("plan", "schema").out());
    }

    @Test
    void plan_alone_says_what_there_is() {
        var ended = holdfast.run("plan");

        assertThat(ended.exitCode()).isEqualTo(2);
        assertThat(ended.err()).contains("no command given");
    }
}
