package io.holdfast.repository.key;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * One key of a repository. Kind, label and time are what its wraps say, which only a holder of that key can prove.
 *
 * @param kmsKey ARN of the key that AWS KMS keeps, if it is one; where its wraps name several, that of the newest epoch
 * @param epochs for which it has a wrap
 * @param inUse whether it is the key that the repository was opened with
 * @param retired when
 * @param confirmed when somebody last proved that the sheet opens every epoch that there is now
 */
public record KeyEntry(
        KeyId key,
        String kind,
        String label,
        Optional<String> kmsKey,
        Instant created,
        List<Integer> epochs,
        boolean inUse,
        Optional<Instant> retired,
        Optional<Instant> confirmed) {}
