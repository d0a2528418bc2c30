package io.holdfast.postgres.archive;

import io.holdfast.postgres.wal.Lsn;
import io.holdfast.repository.Repository;
import io.holdfast.repository.frame.SealedReader;
import io.holdfast.repository.store.ObjectKey;
import io.holdfast.repository.store.ObjectMissingException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reads objects of WAL; their footers once. Confined to one thread. */
final class WalObjects {

    private final Repository repository;
    private final Map<ObjectKey, WalFooter> footers = new HashMap<>();

    WalObjects(Repository repository) {
        this.repository = repository;
    }

    WalFooter footer(StoredWal wal) {
        return footers.computeIfAbsent(wal.key(), key -> {
            try (var reader = repository.objects().open(key, wal.type())) {
                return WalFooter.decode(reader.footer());
            }
        });
    }

    /** How far it came before an object was missing or the objects ended. */
    Lsn read(List<StoredWal> objects, WalRange range, WalArchive.Sink sink) {
        var position = range.start();
        for (var object : objects) {
            if (!object.range().contains(position) || !position.isBefore(range.end())) {
                continue;
            }
            try {
                position = read(object, new WalRange(range.timeline(), position, range.end()), sink);
            } catch (ObjectMissingException _) {
                return position;
            }
        }
        return position;
    }

    private Lsn read(StoredWal object, WalRange wanted, WalArchive.Sink sink) {
        try (SealedReader reader = repository.objects().open(object.key(), object.type())) {
            var at = object.range().start();
            var position = wanted.start();
            for (var frame : reader.frames()) {
                var frameEnd = at.plus(frame.plainLength());
                if (frameEnd.isAfter(position) && at.isBefore(wanted.end())) {
                    var content = new byte[frame.plainLength()];
                    reader.read(frame, content);
                    int from = (int) position.minus(at);
                    int length = (int) Lsn.earlier(frameEnd, wanted.end()).minus(position);
                    sink.accept(position, content, from, length);
                    position = position.plus(length);
                }
                at = frameEnd;
            }
            return position;
        }
    }
}
