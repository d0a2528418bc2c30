package io.holdfast.demo.application;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The recovered rows beside the truth.
 *
 * @param found projects of the backend that are there
 * @param lost acknowledged commits that are not there, oldest first
 * @param lostSince when the first of them was acknowledged
 * @param doubtfulFound commits in doubt that are there
 * @param doubtfulAbsent commits in doubt that are not
 * @param wrong what must never be: rows that nobody asked for, changed content, counts that do not agree
 */
public record Verdict(
        long found,
        List<Long> lost,
        Optional<Instant> lostSince,
        long doubtfulFound,
        long doubtfulAbsent,
        List<String> wrong) {

    public Verdict {
        lost = List.copyOf(lost);
        wrong = List.copyOf(wrong);
    }
}
