package io.holdfast.repository.removal;

import io.holdfast.problem.HoldfastException;
import io.holdfast.testkit.Turns;

/** Orders of the operations of two activities, tried one after another. */
public final class Races {

    private Races() {}

    public interface Race {
        /** One order of operations; how many each of the two did. */
        int[] run(int first, int second);
    }

    /**
     * Tries one order after another.
     *
     * @return how many
     */
    public static int sweep(int firstStride, int secondStride, Race race) {
        int tried = 0;
        for (int first = 0; ; first += firstStride) {
            int[] done = {0, 0};
            // Begins elsewhere each time: over all, every operation of the second comes up.
            for (int second = (first * 5) % secondStride; ; second += secondStride) {
                try {
                    done = race.run(first, second);
                } catch (AssertionError | RuntimeException e) {
                    throw new AssertionError("after %d operations of one, %d of the other".formatted(first, second), e);
                }
                tried++;
                if (done[1] <= second) {
                    break;
                }
            }
            if (done[0] <= first) {
                return tried;
            }
        }
    }

    public static void requireDone(Turns.Activity activity) {
        activity.failure().ifPresent(problem -> {
            throw new AssertionError(activity.next(), problem);
        });
    }

    /** What may go wrong, if the alternative is a backup that lacks something. */
    public static void requireDoneOrRefused(Turns.Activity activity) {
        activity.failure()
                .filter(problem -> !(problem instanceof HoldfastException))
                .ifPresent(problem -> {
                    throw new AssertionError(activity.next(), problem);
                });
    }
}
