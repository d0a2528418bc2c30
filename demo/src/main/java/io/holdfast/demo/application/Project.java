package io.holdfast.demo.application;

/**
 * One row that the backend commits.
 *
 * @param id given by the backend, so that a commit can be named before it is known
 * @param owner id of a user
 */
public record Project(long id, int owner, String name, long budget) {

    /** Everything in it follows from its number, so the truth file need not repeat it. */
    static Project numbered(long id) {
        int owner = (int) Long.remainderUnsigned(id * 0x9E3779B97F4A7C15L, Schema.USERS) + 1;
        return new Project(id, owner, "project %d of user %d".formatted(id, owner), 1_000 + id % 997);
    }
}
