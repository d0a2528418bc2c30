package io.holdfast.plan.check;

/** What actions mean for the data, by name. */
final class Dangers {

    /** After these, nothing of the application writes to the old database. */
    private static final String[] STOPS = {
        "postgres.stop",
        "postgres.close-database",
        "aws.rds.stop",
        "aws.rds.deny-connections",
        "kubernetes.traffic.deny"
    };

    private static final String[] NEW_PRIMARY = {
        "postgres.restore", "postgres.swap-database", "aws.rds.restore-to-point-in-time", "aws.rds.promote-read-replica"
    };

    private static final String[] PROTECTS = {
        "postgres.backup", "postgres.dump", "aws.rds.create-snapshot", "aws.rds.create-read-replica"
    };

    private Dangers() {}

    static boolean stopsWriters(Use use) {
        return use.role() == Use.Role.WORK
                && (use.is(STOPS)
                        || (use.is("kubernetes.scale") && use.input("replicas").equals("0")));
    }

    /** It proves that the old primary takes no writes, also when it does not answer. */
    static boolean fences(Use use) {
        return use.role() == Use.Role.WORK && use.is(STOPS);
    }

    static boolean makesPrimary(Use use) {
        return use.role() == Use.Role.WORK && use.is(NEW_PRIMARY);
    }

    static boolean protects(Use use) {
        return use.role() == Use.Role.WORK && use.is(PROTECTS);
    }

    /** It changes what users meet. */
    static boolean touchesApplication(Use use) {
        var name = use.call().uses();
        return use.changes()
                && (name.startsWith("kubernetes.")
                        || name.startsWith("helm.")
                        || name.startsWith("aws.route53.")
                        || use.is("postgres.swap-database"));
    }
}
