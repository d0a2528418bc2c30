package io.holdfast.repository.evidence;

import io.holdfast.repository.frame.Unreadable;
import io.holdfast.repository.key.RepositoryId;
import io.holdfast.repository.store.ObjectKey;
import io.holdfast.repository.store.ObjectNumbers;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import tools.jackson.databind.node.NullNode;

/** Follows each chain from its first entry. Confined to one call. */
final class Verification {

    private final TrustedEvidence trusted;
    private final Set<String> headsFound = new HashSet<>();

    Verification(TrustedEvidence trusted) {
        this.trusted = trusted;
    }

    /**
     * What is kept of an object until all are read.
     *
     * @param writer the folder in which it is
     * @param entry without its content; empty if it is none
     * @param signed whether it is by the writer of that folder
     */
    private record Seen(ObjectKey object, String writer, String hash, Optional<EvidenceEntry> entry, boolean signed) {

        static Seen of(EvidenceArchive.Found found, Consumer<EvidenceEntry> also) {
            var entry = found.entry();
            var signed = entry.map(EvidenceEntry::key)
                    .filter(key -> key.writer().equals(found.writer()))
                    .filter(found.signed()::isSignedBy)
                    .isPresent();
            entry.filter(_ -> signed).ifPresent(also);
            return new Seen(
                    found.object(),
                    found.writer(),
                    found.signed().hash(),
                    entry.map(one -> one.withContent(NullNode.getInstance())),
                    signed);
        }

        /** By what it says, wherever it lies. */
        int number() {
            return entry.map(EvidenceEntry::number).orElse(0);
        }
    }

    EvidenceReport of(EvidenceArchive archive, Consumer<EvidenceEntry> also) {
        var unreadable = new ArrayList<Unreadable>();
        var seen = archive.read(found -> Seen.of(found, also), unreadable::add);
        var chains = seen.stream()
                .collect(Collectors.groupingBy(Seen::writer, TreeMap::new, Collectors.toList()))
                .entrySet()
                .stream()
                .map(chain -> new Following(chain.getKey()).through(chain.getValue()))
                .toList();
        var missing = trusted.keys().stream()
                .filter(key -> chains.stream().noneMatch(chain -> chain.key().equals(Optional.of(key))))
                .toList();
        var lost = trusted.heads().stream()
                .filter(head -> !headsFound.contains(head))
                .sorted()
                .toList();
        return new EvidenceReport(repositories(seen), chains, missing, lost, unreadable);
    }

    private static Set<RepositoryId> repositories(List<Seen> seen) {
        return seen.stream()
                .filter(Seen::signed)
                .flatMap(one -> one.entry().stream())
                .map(EvidenceEntry::repository)
                .collect(Collectors.toCollection(() -> new TreeSet<>(Comparator.comparing(RepositoryId::toString))));
    }

    /** The way through one chain. */
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

        /** In the order of what they say: a name may be any that was free. */
        EvidenceReport.Chain through(List<Seen> objects) {
            objects.stream().sorted(Comparator.comparingInt(Seen::number)).forEach(this::next);
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

        private void next(Seen seen) {
            if (seen.entry().isEmpty()) {
                problems.add("'%s' is no entry".formatted(seen.object()));
                return;
            }
            var entry = seen.entry().get();
            if (!seen.signed()) {
                problems.add("'%s' is not signed by the writer".formatted(seen.object()));
            } else if (trusted.repository()
                    .filter(id -> !id.equals(entry.repository()))
                    .isPresent()) {
                problems.add("'%s' is of repository %s".formatted(seen.object(), entry.repository()));
            } else if (ObjectNumbers.parse(seen.object().name()).orElse(0) < entry.number()) {
                problems.add("'%s' says that it is entry %d, which has a higher name"
                        .formatted(seen.object(), entry.number()));
            } else {
                follow(seen, entry);
            }
        }

        private void follow(Seen seen, EvidenceEntry entry) {
            var number = head.map(Head::number).orElse(0);
            if (entry.number() <= number) {
                problems.add(
                        head.map(Head::hash).equals(Optional.of(seen.hash()))
                                ? "'%s' is entry %d once more".formatted(seen.object(), entry.number())
                                : "'%s' says that it is entry %d, and that is another"
                                        .formatted(seen.object(), entry.number()));
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
            head = Optional.of(new Head(entry.key(), entry.number(), seen.hash()));
            entries++;
            if (trusted.heads().contains(seen.hash()) && trusted.keys().contains(entry.key())) {
                anchored = true;
                headsFound.add(seen.hash());
            }
        }
    }
}
