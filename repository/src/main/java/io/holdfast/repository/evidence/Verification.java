package io.holdfast.repository.evidence;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Follows each chain from its first entry. */
final class Verification {

    private final EvidenceArchive archive;
    private final TrustedEvidence trusted;
    private final Set<String> headsFound = new HashSet<>();

    Verification(EvidenceArchive archive, TrustedEvidence trusted) {
        this.archive = archive;
        this.trusted = trusted;
    }

    EvidenceReport report() {
        var chains = archive.chains().entrySet().stream()
                .map(chain -> new Following(chain.getKey()).through(chain.getValue()))
                .toList();
        var missing = trusted.keys().stream()
                .filter(key -> chains.stream().noneMatch(chain -> chain.key().equals(Optional.of(key))))
                .toList();
        var lost = trusted.heads().stream()
                .filter(head -> !headsFound.contains(head))
                .sorted()
                .toList();
        return new EvidenceReport(chains, missing, lost, archive.unreadable());
    }

    /** The way through one chain. Confined to one call. */
    private final class Following {

        private final String writer;
        private final List<String> problems = new ArrayList<>();
        private Optional<EvidenceEntry> first = Optional.empty();
        private Optional<EvidenceEntry> last = Optional.empty();
        private Optional<Head> head = Optional.empty();
        private boolean anchored;
        private int entries;

        Following(String writer) {
            this.writer = writer;
        }

        EvidenceReport.Chain through(List<EvidenceArchive.Found> objects) {
            objects.forEach(this::next);
            var key = last.map(EvidenceEntry::key);
            return new EvidenceReport.Chain(
                    writer,
                    key,
                    key.filter(trusted.keys()::contains).isPresent(),
                    anchored,
                    entries,
                    first.map(EvidenceEntry::at),
                    last.map(EvidenceEntry::at),
                    head,
                    problems);
        }

        private void next(EvidenceArchive.Found found) {
            var said = found.entry();
            if (said.isEmpty()) {
                problems.add("'%s' is no entry".formatted(found.object()));
                return;
            }
            var entry = said.get();
            if (!entry.key().writer().equals(writer) || !found.signed().isSignedBy(entry.key())) {
                problems.add("'%s' is not signed by the writer".formatted(found.object()));
                return;
            }
            if (trusted.repository()
                    .filter(id -> !id.equals(entry.repository()))
                    .isPresent()) {
                problems.add("'%s' is of repository %s".formatted(found.object(), entry.repository()));
                return;
            }
            follow(found, entry);
        }

        private void follow(EvidenceArchive.Found found, EvidenceEntry entry) {
            var number = head.map(Head::number).orElse(0);
            if (entry.number() <= number) {
                problems.add(
                        "'%s' says that it is entry %d, and that is another".formatted(found.object(), entry.number()));
                return;
            }
            if (entry.number() > number + 1) {
                problems.add(
                        entry.number() == number + 2
                                ? "entry %d is missing".formatted(number + 1)
                                : "entries %d to %d are missing".formatted(number + 1, entry.number() - 1));
            } else if (!entry.previous().equals(head.map(Head::hash).orElse(EvidenceEntry.NOTHING))) {
                problems.add("entry %d does not follow entry %d".formatted(entry.number(), number));
            }
            first = first.or(() -> Optional.of(entry));
            last = Optional.of(entry);
            var hash = found.signed().hash();
            head = Optional.of(new Head(entry.key(), entry.number(), hash));
            entries++;
            if (trusted.heads().contains(hash) && trusted.keys().contains(entry.key())) {
                anchored = true;
                headsFound.add(hash);
            }
        }
    }
}
