package seeded;

/** Seeded violation: Error Prone must refuse an exception that is made and not thrown (DeadException). */
final class Bugs {

    private Bugs() {}

    static void refuse() {
        new IllegalStateException("forgotten throw");
    }
}
