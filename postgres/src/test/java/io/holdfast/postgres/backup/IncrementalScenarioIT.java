package io.holdfast.postgres.backup;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.embedded.InitOptions;
import io.holdfast.postgres.wal.summary.SummaryOracle;
import io.holdfast.testkit.programs.PostgresClientPrograms;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Full, change, incremental, change, incremental: all that can happen to relations happens to one server, and each of the three comes back. */
class IncrementalScenarioIT {

    /** Checksums or none, small and large segments of WAL: each version has another mixture. */
    record Server(int major, boolean checksums, int walSegmentMegabytes) {

        boolean summarizes() {
            return major >= 17;
        }

        /** The last backup holds what the others do; to restore all takes its time. */
        boolean isLookedAtWhole() {
            return major == 18 || Boolean.getBoolean("holdfast.torture");
        }
    }

    static Stream<Server> servers() {
        var usual = Stream.of(new Server(18, true, 1), new Server(17, false, 64), new Server(14, true, 16));
        return Boolean.getBoolean("holdfast.torture")
                ? Stream.concat(
                        usual, IntStream.rangeClosed(15, 18).mapToObj(major -> new Server(major, major % 2 > 0, 16)))
                : usual;
    }

    private static Map<String, String> settings(Server server) {
        var settings = new TreeMap<>(Map.of("max_prepared_transactions", "5", "fsync", "off"));
        if (server.major() >= 15) {
            settings.put("allow_in_place_tablespaces", "on");
        }
        if (server.summarizes()) {
            settings.put("summarize_wal", "on");
        }
        return settings;
    }

    @ParameterizedTest
    @MethodSource("servers")
    void each_of_three_backups_restores_to_what_there_was(Server server) throws Exception {
        var options = InitOptions.forTests()
                .withDataChecksums(server.checksums())
                .withWalSegmentMegabytes(server.walSegmentMegabytes());
        try (var cluster = TestCluster.create(server.major(), options)
                        .with(settings(server))
                        .with(Map.of("max_wal_size", server.walSegmentMegabytes() * 16 + "MB"))
                        .run();
                var repository = TestRepository.create()) {
            for (var name : List.of("outside", "doomed", "late", "files")) {
                cluster.folderBeside(name);
            }
            var scenarios = Scenarios.all(cluster.folder()).stream()
                    .filter(scenario -> scenario.since() <= server.major())
                    .toList();
            var chain = new BackupChain(repository, settings(server));

            happen(cluster, scenarios, Scenario::setup);
            chain.full(cluster);
            happen(cluster, scenarios, Scenario::first);
            incremental(chain, cluster, server);
            happen(cluster, scenarios, Scenario::second);
            incremental(chain, cluster, server);

            var programs = PostgresClientPrograms.version18IfPresent();
            if (server.summarizes() && programs.isPresent()) {
                SummaryOracle.assertAgreement(programs.get(), cluster.data());
            }
            if (server.isLookedAtWhole()) {
                chain.assertEachRestores(cluster);
                chain.assertRestoresPlainly(chain.last());
            } else {
                chain.assertRestores(chain.last(), cluster);
            }
        }
    }

    private static void incremental(BackupChain chain, TestCluster cluster, Server server) {
        if (server.summarizes()) {
            chain.summarized(cluster);
        } else {
            assertThat(chain.incremental(cluster).details().method()).isEqualTo(IncrementalDetails.Method.COMPARISON);
        }
    }

    private static void happen(
            TestCluster cluster, List<Scenario> scenarios, Function<Scenario, List<String>> statements) {
        for (var scenario : scenarios) {
            for (var statement : statements.apply(scenario)) {
                try {
                    run(cluster, statement);
                } catch (RuntimeException e) {
                    throw new AssertionError("%s: %s".formatted(scenario.name(), statement), e);
                }
            }
        }
    }

    private static void run(TestCluster cluster, String statement) {
        int colon = statement.indexOf(':');
        if (colon > 0 && statement.substring(0, colon).matches("[a-z]+")) {
            cluster.executeIn(statement.substring(0, colon), statement.substring(colon + 1));
        } else {
            cluster.execute(statement);
        }
    }
}
