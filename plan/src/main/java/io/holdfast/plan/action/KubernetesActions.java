package io.holdfast.plan.action;

import static io.holdfast.plan.action.Input.optional;
import static io.holdfast.plan.action.Input.required;
import static io.holdfast.plan.action.Input.target;

import java.util.ArrayList;
import java.util.List;

/** Actions on what runs in a Kubernetes cluster, and with Helm. */
public final class KubernetesActions {

    private static final Input CONTEXT = optional(
            "context", ValueType.TEXT, "The cluster, by its context in the kubeconfig; without it, the current one.");

    private static final Input NAMESPACE = required("namespace", ValueType.TEXT, "Its namespace.");

    private static final Input DEPLOYMENT = target("deployment", "The Deployment, by name.");

    private static final Output REVISION =
            new Output("revision", ValueType.INTEGER, "The revision that is in force then.");

    private static final Output READY = new Output("ready", ValueType.INTEGER, "How many replicas are ready.");

    private static final String WAITS =
            "It is done when the Deployment's controller has seen the change and every replica is updated and available.";

    public static final ActionDescriptor CLUSTER_CHECK = new ActionDescriptor(
            "kubernetes.cluster.check",
            "Asks a cluster's API server whether it is ready, and whether its nodes are.",
            ActionKind.IDEMPOTENT,
            Effect.READS,
            List.of(CONTEXT, optional("nodes", ValueType.INTEGER, "How many nodes must be ready; without it, 1.")),
            List.of(
                    new Output("version", ValueType.TEXT, "The version of the API server."),
                    new Output("nodes", ValueType.INTEGER, "How many nodes are ready.")),
            "");

    public static final ActionDescriptor ROLLOUT_STATUS = new ActionDescriptor(
            "kubernetes.rollout.status",
            "Looks whether the rollout of a Deployment is complete.",
            ActionKind.IDEMPOTENT,
            Effect.READS,
            inCluster(
                    DEPLOYMENT,
                    optional("must-be-complete", ValueType.BOOLEAN, "Fail where it is not; without it, only tell.")),
            List.of(REVISION, READY, new Output("complete", ValueType.BOOLEAN, "Whether it is.")),
            "");

    public static final ActionDescriptor ROLLOUT_HISTORY = new ActionDescriptor(
            "kubernetes.rollout.history",
            "Lists the revisions of a Deployment that can be returned to.",
            ActionKind.IDEMPOTENT,
            Effect.READS,
            inCluster(DEPLOYMENT),
            List.of(
                    new Output("revisions", ValueType.TEXT, "Their numbers, ascending, with commas between."),
                    new Output("previous", ValueType.INTEGER, "The one before the one in force.")),
            "");

    public static final ActionDescriptor ROLLOUT_UNDO = new ActionDescriptor(
            "kubernetes.rollout.undo",
            "Returns a Deployment to a former revision.",
            ActionKind.CHECKABLE,
            Effect.CHANGES,
            inCluster(
                    DEPLOYMENT,
                    optional("to-revision", ValueType.INTEGER, "The revision; without it, the one before this one.")),
            List.of(REVISION, READY),
            WAITS + " Each return is a new revision, so the former number is used up.");

    public static final ActionDescriptor ROLLOUT_RESTART = new ActionDescriptor(
            "kubernetes.rollout.restart",
            "Replaces every pod of a Deployment, a few at a time.",
            ActionKind.CHECKABLE,
            Effect.CHANGES,
            inCluster(DEPLOYMENT),
            List.of(REVISION, READY),
            WAITS);

    public static final ActionDescriptor PODS_CHECK = new ActionDescriptor(
            "kubernetes.pods.check",
            "Looks whether the pods of a namespace, or some of them, are ready.",
            ActionKind.IDEMPOTENT,
            Effect.READS,
            List.of(
                    target("namespace", "The namespace."),
                    CONTEXT,
                    optional("selector", ValueType.TEXT, "Which pods: `app=backend`; without it, all."),
                    optional(
                            "at-least",
                            ValueType.INTEGER,
                            "How many must be ready; without it, all there are, and one."),
                    optional("within", ValueType.DURATION, "Look again until it holds, for at most this long.")),
            List.of(READY, new Output("pods", ValueType.INTEGER, "How many there are.")),
            "");

    public static final ActionDescriptor SCALE = new ActionDescriptor(
            "kubernetes.scale",
            "Sets how many replicas a Deployment has, and waits until it has them.",
            ActionKind.IDEMPOTENT,
            Effect.CHANGES,
            inCluster(DEPLOYMENT, required("replicas", ValueType.INTEGER, "How many; 0 stops it.")),
            List.of(READY, new Output("former", ValueType.INTEGER, "How many it had.")),
            "With 0 it is done when no pod is left, so that nothing of it writes any more.");

    public static final ActionDescriptor SET_ENVIRONMENT = new ActionDescriptor(
            "kubernetes.set-env",
            "Sets environment variables of a Deployment's containers, which replaces its pods.",
            ActionKind.IDEMPOTENT,
            Effect.CHANGES,
            inCluster(
                    DEPLOYMENT,
                    required("variables", ValueType.MAP, "The variables and their values; no secrets."),
                    optional("container", ValueType.TEXT, "Only of this container; without it, of all.")),
            List.of(REVISION, READY),
            WAITS);

    public static final ActionDescriptor NAMESPACE_CREATE = new ActionDescriptor(
            "kubernetes.namespace.create",
            "Creates a namespace.",
            ActionKind.IDEMPOTENT,
            Effect.CHANGES,
            List.of(target("namespace", "Its name."), CONTEXT),
            List.of(),
            "One that is there is left as it is.");

    public static final ActionDescriptor SECRET_CREATE = new ActionDescriptor(
            "kubernetes.secret.create",
            "Writes a Secret.",
            ActionKind.IDEMPOTENT,
            Effect.CHANGES,
            inCluster(
                    target("secret", "The Secret, by name."),
                    required("entries", ValueType.SECRETS, "Where the value of each key is.")),
            List.of(),
            "The values are read when the step runs and appear in no journal. The namespace must exist.");

    public static final ActionDescriptor RESOURCES_EXPORT = new ActionDescriptor(
            "kubernetes.resources.export",
            "Writes the resources of a namespace into a file, encrypted where it holds Secrets.",
            ActionKind.IDEMPOTENT,
            Effect.READS,
            List.of(
                    target("namespace", "The namespace."),
                    CONTEXT,
                    required("kinds", ValueType.LIST, "The kinds: `configmaps`, `secrets`, `ingress`, ..."),
                    required("file", ValueType.TEXT, "The file.")),
            List.of(new Output("objects", ValueType.INTEGER, "How many it holds.")),
            "");

    public static final ActionDescriptor TRAFFIC_DENY = new ActionDescriptor(
            "kubernetes.traffic.deny",
            "Closes a namespace's pods to all traffic with a NetworkPolicy.",
            ActionKind.IDEMPOTENT,
            Effect.CHANGES,
            List.of(target("namespace", "The namespace."), CONTEXT),
            List.of(),
            "A fence as strong as the cluster's network plugin: one that ignores policies makes it fail.");

    public static final ActionDescriptor HELM_INSTALL = new ActionDescriptor(
            "helm.install",
            "Installs a chart, or upgrades its release to what is asked.",
            ActionKind.CHECKABLE,
            Effect.CHANGES,
            inCluster(
                    target("release", "The release, by name."),
                    required("chart", ValueType.TEXT, "The chart: a folder, or a reference to a registry."),
                    optional("values", ValueType.LIST, "Files of values; a later one counts before an earlier one."),
                    optional("set", ValueType.MAP, "Single values; they count before the files."),
                    optional("create-namespace", ValueType.BOOLEAN, "Make the namespace where it is not there.")),
            List.of(new Output("revision", ValueType.INTEGER, "The revision of the release.")),
            "It is done when every resource of the release is ready.");

    public static final ActionDescriptor HELM_ROLLBACK = new ActionDescriptor(
            "helm.rollback",
            "Returns a release to a former revision.",
            ActionKind.CHECKABLE,
            Effect.CHANGES,
            inCluster(
                    target("release", "The release, by name."),
                    optional("to-revision", ValueType.INTEGER, "The revision; without it, the one before this one.")),
            List.of(new Output("revision", ValueType.INTEGER, "The revision of the release.")),
            "The chart and values of that revision are installed again, as a new one.");

    public static final List<ActionDescriptor> ALL = List.of(
            CLUSTER_CHECK,
            ROLLOUT_STATUS,
            ROLLOUT_HISTORY,
            ROLLOUT_UNDO,
            ROLLOUT_RESTART,
            PODS_CHECK,
            SCALE,
            SET_ENVIRONMENT,
            NAMESPACE_CREATE,
            SECRET_CREATE,
            RESOURCES_EXPORT,
            TRAFFIC_DENY,
            HELM_INSTALL,
            HELM_ROLLBACK);

    private KubernetesActions() {}

    /** Something in a namespace of a cluster, and what else is said. */
    private static List<Input> inCluster(Input target, Input... further) {
        var inputs = new ArrayList<>(List.of(target, NAMESPACE, CONTEXT));
        inputs.addAll(List.of(further));
        return inputs;
    }
}
