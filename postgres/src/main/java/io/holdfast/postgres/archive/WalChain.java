package io.holdfast.postgres.archive;

import io.holdfast.postgres.wal.Lsn;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The fewest objects that cover a stretch of one timeline without a hole, in order. A later object may begin before the
 * one before it ends; whole segments displace the pieces they were made of.
 *
 * @param end where the last object ends, or before that if no more of it may be used
 */
record WalChain(List<StoredWal> objects, Lsn end) {

    WalChain {
        objects = List.copyOf(objects);
    }

    Lsn start() {
        return objects.getFirst().range().start();
    }

    /** What of it may be used when nothing beyond a position may; empty if nothing is left. */
    Optional<WalChain> upTo(Lsn position) {
        if (!position.isBefore(end)) {
            return Optional.of(this);
        }
        var before = objects.stream()
                .filter(object -> object.range().start().isBefore(position))
                .toList();
        return before.isEmpty() ? Optional.empty() : Optional.of(new WalChain(before, position));
    }

    /** The objects from the one that holds {@code position} on. */
    List<StoredWal> from(Lsn position) {
        int first = 0;
        while (first < objects.size() && !objects.get(first).range().end().isAfter(position)) {
            first++;
        }
        return objects.subList(first, objects.size());
    }

    /** The chains of one timeline, in order; between two of them WAL is missing. */
    static List<WalChain> of(List<StoredWal> objects) {
        var sorted = objects.stream()
                .filter(object -> object.range().bytes() > 0)
                .sorted(Comparator.comparing(
                                (StoredWal object) -> object.range().start())
                        .thenComparing(object -> object.range().end(), Comparator.reverseOrder()))
                .toList();
        var chains = new ArrayList<WalChain>();
        int next = 0;
        while (next < sorted.size()) {
            var chain = new ArrayList<StoredWal>();
            chain.add(sorted.get(next++));
            Optional<StoredWal> longest = Optional.empty();
            while (true) {
                var end = chain.getLast().range().end();
                while (next < sorted.size() && !sorted.get(next).range().start().isAfter(end)) {
                    longest = further(longest, sorted.get(next++));
                }
                if (longest.isEmpty() || !longest.get().range().end().isAfter(end)) {
                    break;
                }
                chain.add(longest.get());
                longest = Optional.empty();
            }
            chains.add(new WalChain(chain, chain.getLast().range().end()));
        }
        return List.copyOf(chains);
    }

    private static Optional<StoredWal> further(Optional<StoredWal> best, StoredWal candidate) {
        return best.filter(
                        found -> !candidate.range().end().isAfter(found.range().end()))
                .or(() -> Optional.of(candidate));
    }
}
