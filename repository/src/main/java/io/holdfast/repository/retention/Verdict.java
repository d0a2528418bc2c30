package io.holdfast.repository.retention;

import io.holdfast.repository.pack.BackupId;
import java.util.List;

/** What a policy says of one backup, and why, in words. */
public sealed interface Verdict {

    BackupId backup();

    /** Never empty. */
    List<String> reasons();

    record Keep(BackupId backup, List<String> reasons) implements Verdict {
        public Keep {
            reasons = List.copyOf(reasons);
        }
    }

    record Expire(BackupId backup, String reason) implements Verdict {

        @Override
        public List<String> reasons() {
            return List.of(reason);
        }
    }
}
