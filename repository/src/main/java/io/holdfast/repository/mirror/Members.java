package io.holdfast.repository.mirror;

import io.holdfast.repository.store.StoreException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;

/** The stores of one repository, in the order in which they are configured. Thread-safe. */
final class Members implements AutoCloseable {

    private final List<Member> all;
    private final List<Optional<StoreException>> problems = new ArrayList<>();
    private Optional<Integer> firstAnswering = Optional.empty();

    /**
     * Looks which of them answer, all at once. The first that holds a repository says which one it is.
     *
     * @param onFailure sees each store that does not answer, with its location
     */
    Members(List<Member> all, BiConsumer<String, StoreException> onFailure) {
        this.all = List.copyOf(all);
        all.forEach(member -> member.onFailure(onFailure));
        var looks = all.stream()
                .map(member -> CompletableFuture.supplyAsync(
                        () -> Roots.read(member.store()),
                        task -> Thread.ofVirtual().start(task)))
                .toList();
        await(looks);
        var roots = new ArrayList<Optional<ByteBuffer>>();
        for (int number = 0; number < all.size(); number++) {
            problems.add(Optional.empty());
            roots.add(root(number, looks.get(number)));
        }
        agreed(roots).ifPresent(root -> {
            int first = roots.indexOf(Optional.of(root));
            firstAnswering = Optional.of(first);
            all.forEach(member -> member.require(root, all.get(first).location()));
            for (int number = 0; number < all.size(); number++) {
                var member = all.get(number);
                if (roots.get(number).isPresent()) {
                    problems.set(number, member.problemOf(roots.get(number).get()));
                }
            }
        });
        firstAnswering.ifPresent(_ -> {
            for (int number = 0; number < all.size(); number++) {
                problems.get(number).ifPresent(all.get(number)::failed);
            }
        });
    }

    private static void await(List<CompletableFuture<Optional<ByteBuffer>>> looks) {
        var everything = CompletableFuture.allOf(looks.toArray(CompletableFuture[]::new));
        try {
            everything.get(Member.PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException _) {
            if (looks.stream().noneMatch(look -> look.isDone() && !look.isCompletedExceptionally())) {
                CompletableFuture.anyOf(looks.toArray(CompletableFuture[]::new))
                        .exceptionally(_ -> Optional.empty())
                        .join();
            }
        } catch (ExecutionException _) {
            // Each is looked at for itself.
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private Optional<ByteBuffer> root(int number, CompletableFuture<Optional<ByteBuffer>> look) {
        var member = all.get(number);
        Optional<ByteBuffer> root = Optional.empty();
        if (!look.isDone()) {
            problems.set(number, Optional.of(MirrorException.tooSlow(member.location(), Member.PATIENCE)));
            return root;
        }
        try {
            root = look.join();
            if (root.isEmpty()) {
                problems.set(number, Optional.of(MirrorException.notInitialised(member.location())));
            }
        } catch (CompletionException e) {
            if (!(e.getCause() instanceof StoreException problem)) {
                throw e.getCause() instanceof RuntimeException defect ? defect : e;
            }
            problems.set(number, Optional.of(problem));
        }
        return root;
    }

    /** What most of them hold, of several the one that comes first: a root that is damaged in one is not. */
    private static Optional<ByteBuffer> agreed(List<Optional<ByteBuffer>> roots) {
        return roots.stream()
                .flatMap(Optional::stream)
                .distinct()
                .max(Comparator.<ByteBuffer, Boolean>comparing(Roots::isReadable)
                        .thenComparingInt(root -> Collections.frequency(roots, Optional.of(root)))
                        .thenComparingInt(root -> -roots.indexOf(Optional.of(root))));
    }

    List<Member> all() {
        return all;
    }

    Member get(int number) {
        return all.get(number);
    }

    int count() {
        return all.size();
    }

    /** The number of the first that held the repository; empty if none did. */
    Optional<Integer> firstAnswering() {
        return firstAnswering;
    }

    /** Why one did not, when it was looked at. */
    Optional<StoreException> problem(int number) {
        return problems.get(number);
    }

    /** Those that did not fail a moment ago, or all if every one did. */
    List<Member> worthAsking() {
        var answering = all.stream().filter(member -> !member.isLeftAlone()).toList();
        return answering.isEmpty() ? all : answering;
    }

    @Override
    public void close() {
        all.forEach(Member::close);
    }
}
