package io.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.repository.Repository;
import io.holdfast.repository.disk.LocalDisk;
import io.holdfast.repository.document.Json;
import io.holdfast.repository.evidence.EvidenceChain;
import io.holdfast.repository.evidence.EvidenceKind;
import io.holdfast.repository.evidence.EvidenceSigner;
import io.holdfast.repository.key.KeyFileKey;
import io.holdfast.repository.key.RepositoryId;
import io.holdfast.repository.store.FilesystemStore;
import io.holdfast.repository.store.ObjectKey;
import io.holdfast.runbook.publication.Publications;
import io.holdfast.runbook.publication.PublishedPlan;
import io.holdfast.runbook.state.StateDatabase;
import io.holdfast.runbook.state.StateLocation;
import io.holdfast.testkit.programs.ServerFolder;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The life of a repository's evidence: each test goes on where the one before ended. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class EvidenceCommandsIT {

    private static final String PLAN = """
            plan:
              name: Lighthouse
              overview: What the keepers do when the light goes out
              version: "1"
              updated: 2026-11-26
              next-review: 2027-05-26
              owner: The keepers
              changes: { from: [Keeper], quorum: 1 }
            objectives:
              rto: { target: 1h, description: The light is back }
              rpo: { target: 5m, description: Nothing of the log is lost }
              mttr: { target: 30m, description: Usually }
            health:
              - { uses: command.check, with: { argv: [test, -e, "${environment.harbour}/light"] } }
            procedures:
              relight:
                title: Relight the lamp
                use: The lamp is out
                steps:
                  - id: light
                    title: Light it
                    uses: command
                    with:
                      argv: [touch, "${environment.harbour}/light"]
                    timeout: 1m
            contacts:
              anna: { role: Keeper, name: Anna, keys: [KEY] }
              bernd: { role: Keeper, name: Bernd }
            environments:
              island:
                title: The island
                values:
                  harbour: HARBOUR
            """;

    private static final Path KEYS = Path.of("../runbook/src/test/resources/io/holdfast/runbook/approval")
            .toAbsolutePath();

    @TempDir(factory = ServerFolder.class)
    private static Path folder;

    private static CommandRun commands;
    private static String head = "";

    @BeforeAll
    static void begin() throws IOException {
        Files.writeString(
                folder.resolve("plan.yaml"),
                PLAN.replace("HARBOUR", folder.toString())
                        .replace(
                                "KEY", Files.readString(KEYS.resolve("key.pub")).strip()));
        commands = new CommandRun(folder)
                .variable("HOLDFAST_PLAN", "plan.yaml")
                .variable("HOLDFAST_REPOSITORY_PATH", "repository")
                .variable("HOLDFAST_REPOSITORY_KEY_FILE", "key")
                .variable("HOLDFAST_STATE_DIRECTORY", "host");
        done("init", "--name", "lighthouse", "--generate-key");
    }

    private static String done(String... words) {
        var ended = commands.run(words);
        assertThat(ended.exitCode()).describedAs(ended.err() + ended.out()).isZero();
        return ended.out();
    }

    private static JsonNode json(String text) {
        return Json.mapper().readTree(text);
    }

    @Test
    @Order(1)
    void a_run_is_in_the_evidence_when_it_has_ended() throws IOException {
        var ended = commands.run("run", "relight", "--state", "state", "-o", "json");
        assertThat(ended.exitCode()).describedAs(ended.err()).isZero();
        assertThat(ended.err()).contains("is in the evidence: entry 1, ");

        var entries = json(done("evidence", "list", "-o", "json"));
        assertThat(entries).hasSize(1);
        assertThat(entries.get(0).path("result").asString()).isEqualTo("relight: completed");
        assertThat(entries.get(0).at("/content/run/procedure").asString()).isEqualTo("relight");
        assertThat(done("evidence", "record", "--state", "state", "-o", "json").strip())
                .isEqualTo("[ ]");
        Files.writeString(folder.resolve("evidence.pub"), done("evidence", "key"));
        head = entries.get(0).path("hash").asString();
    }

    @Test
    @Order(2)
    void it_is_intact_only_for_whoever_knows_a_key_and_a_head() {
        assertThat(commands.run("evidence", "verify").exitCode()).isEqualTo(1);
        var unproven = commands.run("evidence", "verify", "--trust", "evidence.pub");
        assertThat(unproven.exitCode()).isEqualTo(1);
        assertThat(unproven.out()).contains("UNPROVEN").contains("verdict   unvouched");

        assertThat(done("evidence", "verify", "--trust", "evidence.pub", "--head", head))
                .contains("verdict   intact");

        var wrong = commands.run("evidence", "verify", "--trust", "evidence.pub", "--head", "0".repeat(64));
        assertThat(wrong.exitCode()).isEqualTo(6);
        assertThat(commands.run("evidence", "verify", "--head", "abc").exitCode())
                .isEqualTo(2);
        assertThat(commands.run("evidence", "verify", "--trust", "none.pub").exitCode())
                .isEqualTo(2);
    }

    @Test
    @Order(3)
    void the_document_shows_how_long_it_took() {
        var without = commands.run("plan", "render", "plan.yaml", "--no-evidence");
        assertThat(without.out()).contains("**Evidence**: never proven");
        assertThat(done("plan", "render", "plan.yaml"))
                .containsPattern("\\*\\*Evidence\\*\\*: [0-9.]+ s")
                .doesNotContain("**Evidence**: never proven");
        assertThat(done("plan", "render", "plan.yaml", "--trust", "evidence.pub"))
                .doesNotContain("**Evidence**: never proven");
        assertThat(done(
                        "plan",
                        "render",
                        "plan.yaml",
                        "--trust",
                        KEYS.resolve("key.pub").toString()))
                .contains("**Evidence**: never proven");
    }

    /** By whoever has the repository key: what they have signed themselves, and what others have for another repository. */
    @Test
    @Order(3)
    void what_makes_no_sense_in_a_chain_or_is_of_another_repository_is_shown_beside_nothing() throws IOException {
        var thief = EvidenceSigner.generate(folder.resolve("thief"), new SecureRandom());
        var elsewhere = EvidenceSigner.generate(folder.resolve("elsewhere"), new SecureRandom());
        var object = ObjectKey.of("evidence", elsewhere.key().writer(), "00000001");
        try (var repository = opened();
                var other = Repository.initialise(
                        FilesystemStore.create(new LocalDisk(), folder.resolve("other"), InstantSource.system()),
                        "harbour",
                        KeyFileKey.generate(folder.resolve("other-key"), new SecureRandom()),
                        InstantSource.system(),
                        new SecureRandom())) {
            var chain = new EvidenceChain(repository, thief, InstantSource.system());
            for (var green : List.of("\"yesterday\"", "{}", "7")) {
                chain.add(EvidenceKind.RUN, "run", recovery(green));
            }
            new EvidenceChain(other, elsewhere, InstantSource.system())
                    .add(EvidenceKind.RUN, "run", recovery("\"2126-01-01T00:00:07Z\""));
            repository.objects().createDocument(object, other.objects().readDocument(object, JsonNode.class));
        }
        try {
            assertThat(done("plan", "render", "plan.yaml"))
                    .containsPattern("\\*\\*Evidence\\*\\*: [0-9.]+ s")
                    .doesNotContain("measured 2126");
        } finally {
            for (var writer : List.of(thief, elsewhere)) {
                var chain = folder.resolve("repository/evidence")
                        .resolve(writer.key().writer());
                for (var entry : List.of("00000001", "00000002", "00000003")) {
                    Files.deleteIfExists(chain.resolve(entry));
                }
                Files.delete(chain);
            }
        }
    }

    private static JsonNode recovery(String green) {
        return json("""
                {"run": {"procedure": "relight", "state": "COMPLETED", "created": "2126-01-01T00:00:00Z", "green": %s}}""".formatted(green));
    }

    private static Repository opened() {
        return Repository.open(
                FilesystemStore.openForWriting(new LocalDisk(), folder.resolve("repository"), InstantSource.system()),
                () -> KeyFileKey.read(folder.resolve("key")));
    }

    @Test
    @Order(3)
    void a_live_check_holds_what_it_took_against_what_is_promised() throws IOException {
        Files.writeString(
                folder.resolve("promising.yaml"),
                Files.readString(folder.resolve("plan.yaml")).replace("procedures:\n", """
                        categories:
                          1:
                            title: Darkness
                            severity: high
                            examples: [No light]
                            recovery-within: 1ms
                            answers: [{text: relight, procedure: relight}]
                        procedures:
                        """));

        var written = commands.run("plan", "check", "promising.yaml");
        var live = commands.run("plan", "check", "promising.yaml", "--live");

        assertThat(written.out()).contains("'relight' may take 1 min");
        assertThat(live.out()).contains("'relight' took ").doesNotContain("'relight' may take");
    }

    @Test
    @Order(4)
    void a_plan_is_published_by_its_owners_only() throws IOException {
        var statement = done("plan", "publish", "plan.yaml", "--print");
        assertThat(statement).startsWith("holdfast plan 1\n").contains("number: 1\n");
        assertThat(commands.run("plan", "publish", "plan.yaml").exitCode()).isEqualTo(3);

        Files.write(folder.resolve("statement.sig"), new byte[] {(byte) 0x90, 3, (byte) 0xff});
        var binary = commands.run("plan", "publish", "plan.yaml", "--signature", "statement.sig");
        assertThat(binary.exitCode()).isEqualTo(3);
        assertThat(binary.err()).contains("'statement.sig' is no signature of OpenSSH: it is not text");

        done("plan", "publish", "plan.yaml", "--key", KEYS.resolve("key").toString(), "--dry-run");
        assertThat(json(done("plan", "history", "-o", "json"))).isEmpty();
        done("plan", "publish", "plan.yaml", "--key", KEYS.resolve("key").toString(), "--as", "anna");

        var history = json(done("plan", "history", "-o", "json"));
        assertThat(history.at("/0/signedBy/0").asString()).isEqualTo("anna");
        assertThat(done("plan", "fetch", "--trust", KEYS.resolve("key.pub").toString()))
                .isEqualTo(Files.readString(folder.resolve("plan.yaml")));
        assertThat(commands.run("plan", "fetch", "--trust", "evidence.pub").exitCode())
                .isEqualTo(5);
        assertThat(json(done("evidence", "list", "-o", "json"))
                        .get(1)
                        .path("kind")
                        .asString())
                .isEqualTo("plan");
    }

    @Test
    @Order(5)
    void a_file_that_is_not_the_plan_in_force_is_not_run() throws IOException {
        var changed = Files.readString(folder.resolve("plan.yaml")).replace("target: 1h", "target: 9h");
        Files.writeString(folder.resolve("changed.yaml"), changed);

        var refused = commands.run("run", "relight", "--plan", "changed.yaml", "--state", "state");

        assertThat(refused.exitCode()).isEqualTo(3);
        assertThat(commands.run("run", "relight", "--plan", "changed.yaml", "--dry-run")
                        .exitCode())
                .isEqualTo(3);
        assertThat(refused.err()).contains("this is not the plan in force, which is number 1");
        assertThat(json(done("runs", "list", "--state", "state", "-o", "json"))).hasSize(1);
    }

    /** An empty home directory: the repository, its key and the public key of an owner. */
    @Test
    @Order(6)
    void with_nothing_else_alive_the_plan_in_force_is_run_and_joins_the_evidence() throws IOException {
        Files.delete(folder.resolve("light"));
        var home = Files.createDirectory(folder.resolve("home"));
        var alone = new CommandRun(home)
                .variable("HOLDFAST_STATE_DIRECTORY", home.resolve("host").toString());
        var where = new String[] {
            "--repository",
            folder.resolve("repository").toString(),
            "--key-file",
            folder.resolve("key").toString()
        };

        var untold = alone.always(where).run("run", "relight", "--published", "--state", "state");
        assertThat(untold.exitCode()).isEqualTo(2);
        assertThat(alone.run("run", "relight", "--number", "1").err()).contains("about the published plan");
        var ended = alone.always(where)
                .run(
                        "run",
                        "relight",
                        "--published",
                        "--trust",
                        KEYS.resolve("key.pub").toString(),
                        "--state",
                        "state",
                        "-o",
                        "json");

        assertThat(ended.exitCode()).describedAs(ended.err()).isZero();
        assertThat(json(ended.out()).path("state").asString()).isEqualTo("completed");
        assertThat(folder.resolve("light")).exists();
        assertThat(ended.err()).contains("is in the evidence: entry 1, ");
        assertThat(json(done("evidence", "list", "-o", "json"))).hasSize(3);
    }

    @Test
    @Order(7)
    void what_was_exported_verifies_without_the_repository_and_what_was_changed_shows() throws IOException {
        done("evidence", "export", "copy");
        assertThat(commands.run("evidence", "export", "copy").exitCode()).isEqualTo(3);
        var auditor = new CommandRun(folder);
        var both = auditor.run("evidence", "verify", "--from", "copy", "--trust", "evidence.pub", "--head", head);
        assertThat(both.exitCode()).describedAs(both.out()).isEqualTo(1);
        assertThat(both.out()).contains("NOT TRUSTED");
        var id = json(done("info", "-o", "json")).path("id").asString();
        assertThat(both.out()).startsWith("repository " + id + "\n");
        assertThat(auditor.run("evidence", "verify", "--from", "copy", "--of", id)
                        .exitCode())
                .isEqualTo(1);
        var another =
                auditor.run("evidence", "verify", "--from", "copy", "--of", "00000000-0000-0000-0000-000000000001");
        assertThat(another.exitCode()).isEqualTo(6);
        assertThat(another.out()).contains("is of repository " + id);
        assertThat(auditor.run("evidence", "verify", "--from", "copy", "--of", "lighthouse")
                        .exitCode())
                .isEqualTo(2);

        try (var files = Files.walk(folder.resolve("copy"))) {
            for (var file : files.filter(Files::isRegularFile).toList()) {
                var text = Files.readString(file);
                Files.writeString(file, text.replace("COMPLETED", "FAILED"));
            }
        }
        var changed = auditor.run("evidence", "verify", "--from", "copy", "--trust", "evidence.pub", "--head", head);
        assertThat(changed.exitCode()).isEqualTo(6);
        assertThat(changed.out()).contains("is not signed by the writer");
        assertThat(auditor.run("evidence", "verify", "--from", "nowhere").exitCode())
                .isEqualTo(2);
    }

    /** By whoever may write to the store, and has no key. */
    @Test
    @Order(7)
    void a_plan_that_was_taken_away_is_missed_by_the_host_that_has_seen_it() throws IOException {
        var stored = folder.resolve("repository/plan/00000001");
        PublishedPlan first;
        try (var repository = opened()) {
            first = new Publications(repository).newest().orElseThrow();
        }
        Files.move(stored, folder.resolve("taken"));
        try {
            var ended = commands.run("run", "relight", "--dry-run");
            assertThat(ended.exitCode()).describedAs(ended.err()).isZero();
            assertThat(ended.err())
                    .contains(
                            "WARNING: whether this is the plan in force is not known: published plan number 1, which this"
                                    + " host has seen in the repository, is not there any more");
            var fetched = commands.run(
                    "plan", "fetch", "--trust", KEYS.resolve("key.pub").toString());
            assertThat(fetched.exitCode()).isEqualTo(6);
            assertThat(fetched.err()).contains("published plan number 1, which this host has seen");

            put(1, by(first, "anna\u001b[2J\nWARNING: run it from the web"));
            var copied = commands.run(
                    "plan", "fetch", "--trust", KEYS.resolve("key.pub").toString());
            assertThat(copied.err())
                    .isEqualTo("plan number 1, published by anna\uFFFD[2J WARNING: run it from the web\n");

            Files.delete(stored);
            Files.write(stored, new byte[] {1, 2, 3});
            assertThat(commands.run("run", "relight", "--plan", "changed.yaml", "--dry-run")
                            .err())
                    .contains("is not known: 'plan/00000001', which may be it, cannot be read");
        } finally {
            Files.move(folder.resolve("taken"), stored, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    /** Whoever has the repository key stores one that says that it follows one that was lost. */
    @Test
    @Order(7)
    void a_file_runs_in_doubt_only_if_somebody_says_that_it_does_not_matter() throws IOException {
        var stored = folder.resolve("repository/plan/00000003");
        put(
                3,
                new PublishedPlan(
                        0,
                        repositoryId(),
                        3,
                        "1".repeat(64),
                        Files.readString(folder.resolve("changed.yaml")),
                        Instant.parse("2026-11-26T12:00:00Z"),
                        "somebody",
                        List.of()));
        try {
            var refused = commands.run("run", "relight", "--plan", "changed.yaml", "--dry-run");
            assertThat(refused.exitCode()).isEqualTo(3);
            assertThat(refused.err())
                    .contains(
                            "this is not published plan number 1, and whether that is the one in force cannot be told")
                    .contains("--despite-errors runs the file all the same");
            var told = commands.run("run", "relight", "--plan", "changed.yaml", "--dry-run", "--despite-errors");
            assertThat(told.exitCode()).describedAs(told.err()).isZero();
            assertThat(told.err())
                    .contains("is not known: number 3 is there, but not the one before it")
                    .contains("HINT: compare it");
        } finally {
            Files.delete(stored);
        }
    }

    @Test
    @Order(8)
    void an_unreadable_plan_that_nobody_agreed_to_hinders_no_recovery_and_lets_no_other_file_pass() throws IOException {
        put(2);

        var ended = commands.run("run", "relight", "--state", "state");
        assertThat(ended.exitCode()).describedAs(ended.err()).isZero();
        assertThat(ended.err()).doesNotContain("plan in force");
        assertThat(commands.run("run", "relight", "--plan", "changed.yaml", "--dry-run")
                        .exitCode())
                .isEqualTo(3);

        assertThat(done("plan", "history")).contains("unreadable").contains("anna");
        var key = KEYS.resolve("key.pub").toString();
        assertThat(commands.run("plan", "fetch", "--trust", key).exitCode()).isEqualTo(5);
        done("plan", "fetch", "--trust", key, "--number", "1");
    }

    /** As a version of Holdfast does that is newer than this one. */
    @Test
    @Order(9)
    void a_plan_in_force_that_cannot_be_read_is_another_than_the_file_until_somebody_says_that_it_does_not_matter()
            throws IOException {
        put(3, KEYS.resolve("key"));

        var refused = commands.run("run", "relight", "--state", "state");
        assertThat(refused.exitCode()).isEqualTo(3);
        assertThat(refused.err())
                .contains("this is not the plan in force, which is number 2 in the repository and cannot be read")
                .contains("--despite-errors runs the file all the same");
        assertThat(commands.run("run", "relight", "--dry-run").exitCode()).isEqualTo(3);

        var told = commands.run("run", "relight", "--state", "state", "--despite-errors");
        assertThat(told.exitCode()).describedAs(told.err()).isZero();
        assertThat(told.err())
                .contains("WARNING: this is not the plan in force, which is number 2")
                .contains("plan 2 is in the evidence: ");
    }

    /** Puts a plan under a name that follows number 1 and that this version cannot read. */
    private static void put(int name, Path... keys) throws IOException {
        try (var repository = opened()) {
            var before = new Publications(repository).newest().orElseThrow().statement();
            var newer = newer(repository.id(), sha256(before), List.of());
            var signing = new Signing(commands.surroundings(), newer.statement());
            repository
                    .objects()
                    .createDocument(
                            ObjectKey.of("plan", "0000000" + name),
                            newer(
                                    repository.id(),
                                    sha256(before),
                                    Stream.of(keys).map(signing::byKey).toList()));
        }
    }

    private static PublishedPlan by(PublishedPlan plan, String name) {
        return new PublishedPlan(
                plan.version(),
                plan.repository(),
                plan.number(),
                plan.previous(),
                plan.text(),
                plan.at(),
                name,
                plan.signatures());
    }

    private static RepositoryId repositoryId() {
        return RepositoryId.parse(json(done("info", "-o", "json")).path("id").asString());
    }

    private static void put(int name, PublishedPlan plan) {
        try (var repository = opened()) {
            repository.objects().createDocument(ObjectKey.of("plan", "0000000" + name), plan);
        }
    }

    private static PublishedPlan newer(RepositoryId repository, String previous, List<String> signatures) {
        return new PublishedPlan(
                0, repository, 2, previous, "plan: {}", Instant.parse("2026-11-26T12:00:00Z"), "somebody", signatures);
    }

    private static String sha256(String text) throws IOException {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IOException(e);
        }
    }

    @Test
    @Order(10)
    void what_keeps_evidence_from_being_recorded_is_a_warning_within_a_time() throws Exception {
        try (var database = StateDatabase.open(new StateLocation.Folder(folder.resolve("state")))) {
            var told = new StringWriter();
            var err = new PrintWriter(told, true);
            var never = new CountDownLatch(1);

            var hanging = HostEvidence.recordInTime(
                    () -> {
                        try {
                            never.await();
                        } catch (InterruptedException _) {
                            // Told to give up.
                        }
                        throw new IllegalStateException("it was waited for");
                    },
                    database,
                    err,
                    Duration.ofMillis(100));
            var failing = HostEvidence.recordInTime(
                    () -> {
                        throw new IllegalStateException("nobody thought of this");
                    },
                    database,
                    err,
                    Duration.ofMinutes(1));

            assertThat(hanging).isEmpty();
            assertThat(failing).isEmpty();
            assertThat(told.toString())
                    .contains("are not all in the evidence yet: it takes longer than")
                    .contains("nobody thought of this")
                    .doesNotContain("it was waited for");
        }
    }
}
