package io.holdfast.cli.check;

import io.holdfast.repository.Repository;
import io.holdfast.repository.mirror.CommitPolicy;
import io.holdfast.repository.mirror.MirroredStore;
import io.holdfast.repository.mirror.MirrorsForWriting;
import io.holdfast.repository.store.StoreException;

/** Whether each place of a repository that is in several does its part. */
final class MirrorChecks {

    private final MirroredStore stores;
    private final Findings findings;

    private MirrorChecks(MirroredStore stores, Findings findings) {
        this.stores = stores;
        this.findings = findings;
    }

    /** Checks nothing of a repository that is in one place. */
    static void run(Repository repository, Findings findings) {
        if (repository.store() instanceof MirroredStore stores) {
            new MirrorChecks(stores, findings).run();
        }
    }

    private void run() {
        for (int number = 0; number < stores.count(); number++) {
            place(stores.location(number), number);
        }
        if (stores instanceof MirrorsForWriting writing
                && writing.policy() instanceof CommitPolicy.Any(int least)
                && least > stores.count()) {
            findings.warning(
                    "check.mirrors",
                    "repository.stored-when asks for %d places, and there are %d".formatted(least, stores.count()),
                    "it counts as 'all' now; name further places in repository.mirrors, or ask for fewer");
        }
    }

    private void place(String location, int number) {
        try (var _ = stores.openApart(number)) {
            findings.passed("check.mirrors", "%s holds the repository".formatted(location));
        } catch (StoreException e) {
            findings.error("check.mirrors", String.valueOf(e.getMessage()), e.hint());
        }
    }
}
