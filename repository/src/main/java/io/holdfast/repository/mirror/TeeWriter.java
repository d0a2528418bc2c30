package io.holdfast.repository.mirror;

import io.holdfast.repository.mirror.Lane.Outcome;
import io.holdfast.repository.store.ObjectKey;
import io.holdfast.repository.store.ObjectWriter;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * One object on its way to several stores at once. Its commit returns when the policy is met; what is slower goes on without anybody who
 * waits. Confined to one thread.
 */
final class TeeWriter implements ObjectWriter {

    private final ObjectKey key;
    private final Terms terms;
    private final List<Lane> lanes;
    private final Semaphore news = new Semaphore(0);
    private boolean committed;

    /**
     * What counts.
     *
     * @param stores how many there are
     * @param leader the number of the one whose word counts on whether there is such an object already
     * @param withLeader whether it must be in that one in any case
     */
    record Terms(CommitPolicy policy, int stores, int leader, boolean withLeader) {
        boolean areMetBy(BitSet numbers) {
            return policy.isMet(numbers, stores) && (!withLeader || numbers.get(leader));
        }
    }

    /**
     * Begins an object.
     *
     * @param members by their numbers; no member: it is not written there
     * @param ended sees each store's part when it has ended
     */
    TeeWriter(ObjectKey key, Terms terms, List<Optional<Member>> members, Consumer<Lane> ended) {
        this.key = key;
        this.terms = terms;
        this.lanes = IntStream.range(0, members.size())
                .boxed()
                .flatMap(number -> members.get(number).stream()
                        .map(member -> new Lane(number, member, key, lane -> {
                            ended.accept(lane);
                            news.release();
                        })))
                .toList();
        lanes.forEach(Lane::begin);
    }

    @Override
    public void write(ByteBuffer bytes) {
        var content = new byte[bytes.remaining()];
        bytes.get(content);
        var shared = ByteBuffer.wrap(content).asReadOnlyBuffer();
        lanes.forEach(lane -> put(() -> lane.write(shared, patience(lane))));
        requirePossible();
    }

    @Override
    public void commit() {
        lanes.forEach(lane -> put(() -> lane.commit(patience(lane))));
        while (!terms.areMetBy(
                which(lane -> lane.outcome().filter(TeeWriter::isThere).isPresent()))) {
            requirePossible();
            await();
        }
        committed = true;
        lanes.forEach(Lane::detach);
        lanes.stream()
                .filter(lane -> lane.number() == terms.leader())
                .flatMap(lane -> lane.outcome().stream())
                .forEach(outcome -> {
                    if (outcome instanceof Outcome.Exists(var why)) {
                        throw why;
                    }
                });
    }

    private interface Put {
        void run() throws InterruptedException;
    }

    private void put(Put part) {
        try {
            part.run();
        } catch (InterruptedException _) {
            throw interrupted();
        }
    }

    /** Without limit where nothing is stored without it. */
    private Optional<Duration> patience(Lane lane) {
        var others = which(other -> other != lane && !other.hasFailed());
        return terms.areMetBy(others) ? Optional.of(Member.PATIENCE) : Optional.empty();
    }

    /** There is no use in going on when too many have failed. */
    private void requirePossible() {
        if (!terms.areMetBy(which(lane -> !lane.hasFailed()))) {
            throw lanes.stream()
                    .flatMap(lane -> lane.outcome().stream())
                    .flatMap(outcome -> outcome instanceof Outcome.Failed(var why) ? Stream.of(why) : Stream.empty())
                    .findFirst()
                    .orElseGet(() -> MirrorException.tooSlow(String.valueOf(key), Member.PATIENCE));
        }
    }

    private BitSet which(Predicate<Lane> condition) {
        var numbers = new BitSet();
        lanes.stream().filter(condition).forEach(lane -> numbers.set(lane.number()));
        return numbers;
    }

    private static boolean isThere(Outcome outcome) {
        return !(outcome instanceof Outcome.Failed);
    }

    private void await() {
        try {
            news.acquire();
        } catch (InterruptedException _) {
            throw interrupted();
        }
    }

    private MirrorException interrupted() {
        Thread.currentThread().interrupt();
        return MirrorException.interrupted(key);
    }

    /** Before a commit nothing is to be left anywhere; a store that hangs is not waited for. */
    @Override
    public void close() {
        if (committed) {
            return;
        }
        lanes.forEach(Lane::abandon);
        lanes.forEach(Lane::detach);
        long deadline = System.nanoTime() + Member.PATIENCE.toNanos();
        while (lanes.stream().anyMatch(lane -> lane.outcome().isEmpty()) && System.nanoTime() < deadline) {
            try {
                boolean _ = news.tryAcquire(100, TimeUnit.MILLISECONDS);
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }
}
