package io.holdfast.demo;

import io.holdfast.demo.application.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Holds what came back after each disaster against the truth, and says what it found. */
final class Judge {

    private final Stage stage;
    private final Screen screen;
    private final Set<Long> lostBefore = new HashSet<>();
    private boolean allRefused = true;

    Judge(Stage stage, Screen screen) {
        this.stage = stage;
        this.screen = screen;
    }

    /** Whether nothing that could do harm succeeded. */
    boolean allRefused() {
        return allRefused;
    }

    /** What may succeed is seen to be harmless by the recovery that follows: it reads the oldest version of everything. */
    void attack(Map<String, Thief.Tally> tallies) {
        tallies.forEach((what, tally) -> {
            var harmless = what.equals(Thief.PUT_OVER);
            var held = tally.tried() > 0 && (harmless || tally.refused() == tally.tried());
            allRefused &= held;
            screen.verdict(
                    held,
                    "%s, with the host's own credentials: tried %d times, refused %d times%s"
                            .formatted(
                                    what,
                                    tally.tried(),
                                    tally.refused(),
                                    harmless ? "; what was put there changes nothing, see below" : ""));
        });
    }

    /**
     * Compares.
     *
     * @param healthy when the application was again
     * @param promised nothing that was acknowledged before may be lost
     */
    Outcome outcome(Instant disaster, Instant healthy, Instant promised) throws Exception {
        stage.application().stopWriting();
        var verdict = stage.application().compare();
        stage.application().startWriting();
        var lost =
                verdict.lost().stream().filter(id -> !lostBefore.contains(id)).toList();
        var acknowledged = stage.application().truth().acknowledged();
        var since = lost.stream().map(acknowledged::get).min(Comparator.naturalOrder());
        lostBefore.addAll(lost);
        var recoveryPoint = since.map(time -> Duration.between(time, disaster)).orElse(Duration.ZERO);
        var outcome = new Outcome(
                recoveryPoint.isNegative() ? Duration.ZERO : recoveryPoint,
                Duration.between(disaster, healthy),
                lost.size(),
                since.filter(time -> time.isBefore(promised)).isEmpty(),
                verdict);
        report(outcome, verdict);
        return outcome;
    }

    private void report(Outcome outcome, Verdict verdict) {
        screen.verdict(
                verdict.wrong().isEmpty(),
                "%d rows compared one by one with the truth: none invented, none changed, none half"
                        .formatted(verdict.found()));
        verdict.wrong().stream().limit(10).forEach(wrong -> screen.verdict(false, wrong));
        screen.verdict(
                outcome.promiseKept(), "everything is there that was acknowledged before it was reported as covered");
        screen.verdict(
                outcome.recoveryPoint().compareTo(Outcome.RECOVERY_POINT_OBJECTIVE) <= 0,
                outcome.lost() == 0
                        ? "no acknowledged commit was lost"
                        : "%d acknowledged commits were lost, all from the last %s"
                                .formatted(outcome.lost(), Screen.seconds(outcome.recoveryPoint())));
        if (verdict.doubtfulFound() + verdict.doubtfulAbsent() > 0) {
            screen.say("       %d commits in doubt (asked for, never answered): %d are there, %d are not"
                    .formatted(
                            verdict.doubtfulFound() + verdict.doubtfulAbsent(),
                            verdict.doubtfulFound(),
                            verdict.doubtfulAbsent()));
        }
    }
}
