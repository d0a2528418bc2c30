package io.holdfast.repository.removal;

import io.holdfast.repository.frame.Unreadable;
import io.holdfast.repository.manifest.Manifest;
import io.holdfast.repository.manifest.StoredManifest;
import io.holdfast.repository.pack.BackupId;
import io.holdfast.repository.retention.Branch;
import io.holdfast.repository.retention.Candidate;
import io.holdfast.repository.retention.Hold;
import io.holdfast.repository.store.StoredObject;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What only the engine knows of the content of a repository. Asked in the order of its methods, once in a run of a keeper. */
public interface Contents {

    /**
     * Says of backups what a policy needs to know.
     *
     * @param manifests that count
     */
    History history(List<StoredManifest> manifests);

    /**
     * What has happened.
     *
     * @param newest when the newest object of any session was stored
     * @param unreadable what does not authenticate, and without which it is not known what is needed
     */
    record History(
            List<Candidate> candidates, List<Branch> branches, Optional<Instant> newest, List<Unreadable> unreadable) {
        public History {
            candidates = List.copyOf(candidates);
            branches = List.copyOf(branches);
            unreadable = List.copyOf(unreadable);
        }
    }

    Judge judge(Kept kept);

    /**
     * What stays, and what it stays for.
     *
     * @param lacking those of the backups of which a pack is missing
     * @param holds in force
     * @param running since when backups are being taken that are not committed yet
     * @param now from which ages are counted
     */
    record Kept(List<Manifest> backups, Set<BackupId> lacking, List<Hold> holds, List<Instant> running, Instant now) {
        public Kept {
            backups = List.copyOf(backups);
            lacking = Set.copyOf(lacking);
            holds = List.copyOf(holds);
            running = List.copyOf(running);
        }
    }

    /** Decides about what capture sessions have stored. */
    interface Judge {

        /**
         * The keys of one session, beneath {@code claim/<member>/<session>/}, that nothing needs, each with the reason in words.
         *
         * @param session all its objects, in the order of keys
         */
        Map<StoredObject, String> unneeded(List<StoredObject> session);
    }
}
