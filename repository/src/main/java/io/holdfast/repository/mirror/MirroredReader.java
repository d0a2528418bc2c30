package io.holdfast.repository.mirror;

import io.holdfast.repository.store.ObjectKey;
import io.holdfast.repository.store.ObjectReader;
import io.holdfast.repository.store.StoreException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/** An object that is in several stores: read from one, and from another if that one fails or has it damaged. Thread-safe. */
final class MirroredReader implements ObjectReader {

    private final ObjectKey key;
    private final Deque<Member> left;
    private final List<ObjectReader> opened = new ArrayList<>();
    private volatile Copy copy;

    /** @param turns how many were read before it */
    private record Copy(int turns, Member member, ObjectReader reader) {}

    /**
     * Reads what a store has opened.
     *
     * @param left those that have not been asked for it
     */
    MirroredReader(ObjectKey key, Member member, ObjectReader reader, List<Member> left) {
        this.key = key;
        this.left = new ArrayDeque<>(left);
        this.copy = new Copy(0, member, reader);
        opened.add(reader);
    }

    @Override
    public ObjectKey key() {
        return key;
    }

    @Override
    public long size() {
        return copy.reader().size();
    }

    @Override
    public void read(long offset, ByteBuffer target) {
        int begin = target.position();
        while (true) {
            var from = copy;
            try {
                from.reader().read(offset, target);
                return;
            } catch (StoreException e) {
                from.member().failed(e);
                target.position(begin);
                if (!turnFrom(from)) {
                    throw e;
                }
            }
        }
    }

    @Override
    public void forget() {
        copy.reader().forget();
    }

    @Override
    public boolean turn() {
        return turnFrom(copy);
    }

    /** Others may still read from what is turned away from, so it stays open. */
    private synchronized boolean turnFrom(Copy before) {
        if (copy.turns() > before.turns()) {
            return true;
        }
        for (var next = left.poll(); next != null; next = left.poll()) {
            var found = open(next);
            if (found.isPresent()) {
                opened.add(found.get());
                copy = new Copy(before.turns() + 1, next, found.get());
                return true;
            }
        }
        return false;
    }

    private Optional<ObjectReader> open(Member from) {
        try {
            return Optional.of(from.store().open(key));
        } catch (StoreException _) {
            // It does not answer, or has none.
            return Optional.empty();
        }
    }

    @Override
    public synchronized void close() {
        opened.forEach(ObjectReader::close);
    }
}
