package seeded;

import java.util.List;

/** Seeded violation: a raw type is a warning of javac (-Xlint), and a warning must be an error (-Werror). */
final class Warnings {

    private Warnings() {}

    static int size(List list) {
        return list.size();
    }
}
