package io.holdfast.repository.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.repository.Repository;
import io.holdfast.repository.disk.LocalDisk;
import io.holdfast.repository.document.Json;
import io.holdfast.repository.evidence.EvidenceReport.Verdict;
import io.holdfast.repository.key.KeyFileKey;
import io.holdfast.repository.store.FilesystemStore;
import io.holdfast.repository.store.ObjectKey;
import io.holdfast.repository.store.ObjectNumbers;
import io.holdfast.repository.store.ObjectStore;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** Prints how long ten thousand entries take to verify, in a folder, and where each object is opened 5 ms late. */
@EnabledIfSystemProperty(named = "holdfast.measure", matches = "[1-9][0-9]*")
class EvidenceMeasurement {

    private static final int ENTRIES = 10_000;

    private static final InstantSource TIME = InstantSource.fixed(Instant.EPOCH);

    @TempDir
    private Path folder = Path.of("");

    @Test
    void ten_thousand_entries() {
        var random = new SecureRandom();
        var key = KeyFileKey.generate(folder.resolve("key"), random);
        var signer = EvidenceSigner.generate(folder.resolve("evidence-key"), random);
        var store = FilesystemStore.create(new LocalDisk(), folder.resolve("repository"), TIME);
        try (var repository = Repository.initialise(store, "lighthouse", key, TIME, random)) {
            fill(repository, signer);
        }
        for (var round = 0; round < Integer.getInteger("holdfast.measure"); round++) {
            measure(
                    "in a folder",
                    FilesystemStore.openForReading(new LocalDisk(), folder.resolve("repository"), TIME),
                    key,
                    signer);
        }
        measure(
                "5 ms late",
                late(FilesystemStore.openForReading(new LocalDisk(), folder.resolve("repository"), TIME)),
                key,
                signer);
    }

    /** Each as large as the record of a run of five steps. */
    private static void fill(Repository repository, EvidenceSigner signer) {
        var content = Json.mapper().createObjectNode().put("steps", "0123456789 ".repeat(600));
        var previous = EvidenceEntry.NOTHING;
        for (var number = 1; number <= ENTRIES; number++) {
            var entry = new EvidenceEntry(
                    EvidenceEntry.FORMAT,
                    repository.id(),
                    signer.key(),
                    number,
                    previous,
                    TIME.instant(),
                    EvidenceKind.RUN,
                    "run-" + number,
                    content);
            var signed = SignedEntry.of(entry, signer);
            previous = signed.hash();
            repository
                    .objects()
                    .createDocument(
                            ObjectKey.of("evidence", signer.key().writer(), ObjectNumbers.text(number)), signed);
        }
    }

    private void measure(String where, ObjectStore store, KeyFileKey key, EvidenceSigner signer) {
        try (var repository = Repository.open(store, key)) {
            var began = System.nanoTime();
            var report = EvidenceArchive.of(repository)
                    .verify(new TrustedEvidence(Set.of(signer.key()), Set.of(), Optional.of(repository.id())));
            System.out.printf("%d entries %s: %.1f s%n", ENTRIES, where, (System.nanoTime() - began) / 1e9);
            assertThat(report.verdict()).isEqualTo(Verdict.UNVOUCHED);
            assertThat(report.chains().getFirst().entries()).isEqualTo(ENTRIES);
        }
    }

    private static ObjectStore late(ObjectStore store) {
        return (ObjectStore) Proxy.newProxyInstance(
                ObjectStore.class.getClassLoader(), new Class<?>[] {ObjectStore.class}, (_, method, arguments) -> {
                    if (method.getName().equals("open")) {
                        Thread.sleep(5);
                    }
                    try {
                        return method.invoke(store, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }
}
