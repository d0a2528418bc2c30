package io.holdfast.plan.action;

import static io.holdfast.plan.action.Input.optional;
import static io.holdfast.plan.action.Input.required;
import static io.holdfast.plan.action.Input.target;

import java.util.ArrayList;
import java.util.List;

/** Actions on what runs in AWS. */
public final class AwsActions {

    private static final Input REGION =
            optional("region", ValueType.TEXT, "The region; without it, as this host is configured.");

    private static final Input INSTANCE = target("instance", "The RDS instance, by its identifier.");

    private static final Output ENDPOINT = new Output("endpoint", ValueType.TEXT, "The host name that clients use.");

    public static final ActionDescriptor RDS_CHECK = new ActionDescriptor(
            "aws.rds.check",
            "Looks how an RDS instance is, and how far it can be restored.",
            ActionKind.IDEMPOTENT,
            Effect.READS,
            inRegion(
                    INSTANCE,
                    optional("status", ValueType.TEXT, "What it must be: `available`; without it, anything."),
                    optional("restorable-within", ValueType.DURATION, "Its latest restorable time is at most so old."),
                    optional("replica-lag-within", ValueType.DURATION, "It is a replica at most so far behind.")),
            List.of(
                    ENDPOINT,
                    new Output("status", ValueType.TEXT, "Its status."),
                    new Output("latest-restorable-time", ValueType.INSTANT, "Up to when it can be restored."),
                    new Output("replica-lag", ValueType.DURATION, "How far behind it is, where it is a replica.")),
            "");

    public static final ActionDescriptor RDS_RESTORE = new ActionDescriptor(
            "aws.rds.restore-to-point-in-time",
            "Makes a new RDS instance from the backups of another, as it was at a point in time.",
            ActionKind.CHECKABLE,
            Effect.CHANGES,
            inRegion(
                    required("source", ValueType.TEXT, "The instance whose backups are used."),
                    target("instance", "The identifier of the new instance."),
                    optional("restore-time", ValueType.INSTANT, "To when; without it, to the latest restorable time.")),
            List.of(new Output("restored-to", ValueType.INSTANT, "The point that was asked for.")),
            "It is done when AWS has begun; `aws.rds.wait-available` waits for the end. The new instance has another endpoint.");

    public static final ActionDescriptor RDS_WAIT = new ActionDescriptor(
            "aws.rds.wait-available",
            "Waits until an RDS instance is available.",
            ActionKind.IDEMPOTENT,
            Effect.READS,
            inRegion(INSTANCE),
            List.of(ENDPOINT),
            "");

    public static final ActionDescriptor RDS_PROMOTE = new ActionDescriptor(
            "aws.rds.promote-read-replica",
            "Makes a read replica an instance of its own that takes writes.",
            ActionKind.CHECKABLE,
            Effect.CHANGES,
            inRegion(INSTANCE),
            List.of(),
            "It cannot be undone. What the former primary had not yet sent is lost, and the former primary still takes writes"
                    + " unless it is fenced.");

    public static final ActionDescriptor RDS_FAILOVER = new ActionDescriptor(
            "aws.rds.reboot-with-failover",
            "Makes a Multi-AZ instance change over to its standby in another zone.",
            ActionKind.CHECKABLE,
            Effect.CHANGES,
            inRegion(INSTANCE),
            List.of(new Output("zone", ValueType.TEXT, "The zone that it runs in then.")),
            "AWS fences the former primary itself. The endpoint stays.");

    public static final ActionDescriptor RDS_STOP = new ActionDescriptor(
            "aws.rds.stop",
            "Stops an RDS instance.",
            ActionKind.IDEMPOTENT,
            Effect.CHANGES,
            inRegion(INSTANCE),
            List.of(new Output("status", ValueType.TEXT, "`stopped`.")),
            "A fence, where AWS says that it is stopped. AWS starts it again after seven days.");

    public static final ActionDescriptor RDS_DENY = new ActionDescriptor(
            "aws.rds.deny-connections",
            "Takes all security groups from an RDS instance but one that lets nobody in.",
            ActionKind.IDEMPOTENT,
            Effect.CHANGES,
            inRegion(INSTANCE, required("security-group", ValueType.TEXT, "The group that lets nobody in.")),
            List.of(),
            "A fence that works while the instance does not answer. Sessions that are open stay open.");

    public static final ActionDescriptor RDS_SNAPSHOT = new ActionDescriptor(
            "aws.rds.create-snapshot",
            "Takes a snapshot of an RDS instance, and waits until it is complete.",
            ActionKind.CHECKABLE,
            Effect.CHANGES,
            inRegion(INSTANCE, required("snapshot", ValueType.TEXT, "Its identifier.")),
            List.of(new Output("created", ValueType.INSTANT, "The moment that it holds.")),
            "");

    public static final ActionDescriptor RDS_REPLICA = new ActionDescriptor(
            "aws.rds.create-read-replica",
            "Makes a read replica of an RDS instance, in another region perhaps.",
            ActionKind.CHECKABLE,
            Effect.CHANGES,
            inRegion(required("source", ValueType.TEXT, "The instance that is copied."), INSTANCE),
            List.of(ENDPOINT),
            "");

    public static final ActionDescriptor EKS_CREATE = new ActionDescriptor(
            "aws.eks.create-cluster",
            "Makes an EKS cluster from a configuration of eksctl.",
            ActionKind.CHECKABLE,
            Effect.CHANGES,
            inRegion(
                    target("config", "The file of the configuration."),
                    optional("context", ValueType.TEXT, "What it is called in the kubeconfig.")),
            List.of(new Output("context", ValueType.TEXT, "What it is called in the kubeconfig.")),
            "It is done when the API server answers and the nodes are ready.");

    public static final ActionDescriptor ROUTE53_CHANGE = new ActionDescriptor(
            "aws.route53.change-records",
            "Changes records of a hosted zone, all of them or none, and waits until every name server has them.",
            ActionKind.IDEMPOTENT,
            Effect.CHANGES,
            List.of(
                    target("hosted-zone", "The zone, by its id."),
                    required("change-batch", ValueType.TEXT, "The file with the changes, as the AWS CLI takes it.")),
            List.of(new Output("change", ValueType.TEXT, "The id of the change.")),
            "Only UPSERT and DELETE: a CREATE could not be repeated.");

    public static final ActionDescriptor S3_CHECK = new ActionDescriptor(
            "aws.s3.check",
            "Looks whether a bucket holds objects beneath a prefix, and how old the newest is.",
            ActionKind.IDEMPOTENT,
            Effect.READS,
            inRegion(
                    target("url", "`s3://BUCKET/PREFIX`."),
                    optional("not-older-than", ValueType.DURATION, "The newest is at most so old.")),
            List.of(
                    new Output("newest", ValueType.TEXT, "The URL of the newest."),
                    new Output("modified", ValueType.INSTANT, "Its time."),
                    new Output("objects", ValueType.INTEGER, "How many there are.")),
            "");

    public static final ActionDescriptor S3_GET = new ActionDescriptor(
            "aws.s3.get",
            "Copies an object of a bucket into a file.",
            ActionKind.IDEMPOTENT,
            Effect.CHANGES,
            inRegion(
                    required("url", ValueType.TEXT, "`s3://BUCKET/KEY`."),
                    target("file", "The file, an absolute path."),
                    optional("sha256", ValueType.TEXT, "What its SHA-256 must be.")),
            List.of(
                    new Output("file", ValueType.TEXT, "The file."),
                    new Output("bytes", ValueType.INTEGER, "Its size."),
                    new Output("modified", ValueType.INSTANT, "When the object was written.")),
            "");

    public static final ActionDescriptor S3_PUT = new ActionDescriptor(
            "aws.s3.put",
            "Copies a file into a bucket.",
            ActionKind.IDEMPOTENT,
            Effect.CHANGES,
            inRegion(required("file", ValueType.TEXT, "The file."), target("url", "`s3://BUCKET/KEY`.")),
            List.of(new Output("bytes", ValueType.INTEGER, "Its size.")),
            "");

    public static final List<ActionDescriptor> ALL = List.of(
            RDS_CHECK,
            RDS_RESTORE,
            RDS_WAIT,
            RDS_PROMOTE,
            RDS_FAILOVER,
            RDS_STOP,
            RDS_DENY,
            RDS_SNAPSHOT,
            RDS_REPLICA,
            EKS_CREATE,
            ROUTE53_CHANGE,
            S3_CHECK,
            S3_GET,
            S3_PUT);

    private AwsActions() {}

    private static List<Input> inRegion(Input... inputs) {
        var all = new ArrayList<>(List.of(inputs));
        all.add(REGION);
        return all;
    }
}
