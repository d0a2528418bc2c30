package io.holdfast.repository.mirror;

import io.holdfast.repository.store.StoreException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
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

    /** How long a store that does not answer is waited for when another has answered. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

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
        for (int number = 0; number < all.size(); number++) {
            problems.add(judge(number, looks.get(number)));
        }
        firstAnswering.ifPresent(_ -> {
            for (int number = 0; number < all.size(); number++) {
                problems.get(number).ifPresent(all.get(number)::failed);
            }
        });
    }

    private static void await(List<CompletableFuture<Optional<ByteBuffer>>> looks) {
        var everything = CompletableFuture.allOf(looks.toArray(CompletableFuture[]::new));
        try {
            everything.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
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

    private Optional<StoreException> judge(int number, CompletableFuture<Optional<ByteBuffer>> look) {
        var member = all.get(number);
        if (!look.isDone()) {
            return Optional.of(MirrorException.tooSlow(member.location(), PATIENCE));
        }
        Optional<ByteBuffer> root;
        try {
            root = look.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof StoreException problem) {
                return Optional.of(problem);
            }
            throw e.getCause() instanceof RuntimeException defect ? defect : e;
        }
        if (root.isEmpty()) {
            return Optional.of(MirrorException.notInitialised(member.location()));
        }
        if (firstAnswering.isEmpty()) {
            firstAnswering = Optional.of(number);
            all.forEach(any -> any.require(root.get(), member.location()));
        }
        return member.problemOf(root.get());
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
