package io.holdfast.postgres.archive;

import io.holdfast.postgres.wal.Lsn;
import io.holdfast.repository.store.ObjectMissingException;
import java.util.Collections;
import java.util.Iterator;
import java.util.Optional;
import java.util.function.Function;

/**
 * The footers of the objects that cover a timeline from a position on, read one after the other. If a keeper has taken a piece away since the
 * listing was read, the segment that stands for it follows: its index tells again what pieces before that one have told.
 */
final class FooterWalk implements Iterator<WalFooter> {

    private static final int MOST_LOOKS = 1000;

    private final Function<Lsn, Optional<WalChain>> chains;
    private final Function<StoredWal, WalFooter> footers;
    private final Runnable reload;
    private Lsn position;
    private Lsn end = Lsn.NONE;
    private Iterator<StoredWal> rest = Collections.emptyIterator();

    /**
     * Begins with what is listed.
     *
     * @param chains what covers a position
     * @param reload lists again
     */
    FooterWalk(
            Lsn position,
            Function<Lsn, Optional<WalChain>> chains,
            Function<StoredWal, WalFooter> footers,
            Runnable reload) {
        this.chains = chains;
        this.footers = footers;
        this.reload = reload;
        this.position = position;
        follow();
    }

    private void follow() {
        chains.apply(position).ifPresent(chain -> {
            end = chain.end();
            rest = chain.from(position).iterator();
        });
    }

    @Override
    public boolean hasNext() {
        return rest.hasNext();
    }

    @Override
    public WalFooter next() {
        int looked = 0;
        while (true) {
            var object = rest.next();
            try {
                var footer = footers.apply(object);
                position = object.range().end();
                return footer.upTo(end);
            } catch (ObjectMissingException e) {
                reload.run();
                follow();
                // What does not authenticate is left out by each look; there may be several in one place.
                if (!rest.hasNext() || ++looked > MOST_LOOKS) {
                    throw e;
                }
            }
        }
    }
}
