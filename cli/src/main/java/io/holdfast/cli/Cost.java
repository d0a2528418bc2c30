package io.holdfast.cli;

import io.holdfast.cli.Table.Column;
import io.holdfast.cli.configuration.ByteSize;
import io.holdfast.cli.configuration.RepositoryLocation;
import io.holdfast.cli.configuration.Settings;
import io.holdfast.cli.traffic.ObservedTraffic;
import io.holdfast.cli.traffic.Traffic;
import io.holdfast.repository.store.ObjectStore;
import io.holdfast.repository.store.StoredObject;
import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a repository costs, but for the prices.
 *
 * @param requests only for a bucket
 */
record Cost(String location, long objects, long bytes, Optional<ObservedTraffic> requests) {

    static Cost of(Workspace workspace, ObjectStore store) {
        var location = workspace.configuration().get(Settings.REPOSITORY_PATH);
        long objects = 0;
        long bytes = 0;
        try (var all = store.list()) {
            for (var object : (Iterable<StoredObject>) all::iterator) {
                objects++;
                bytes += object.size();
            }
        }
        return new Cost(
                store.location(),
                objects,
                bytes,
                location instanceof RepositoryLocation.Bucket
                        ? Optional.of(ObservedTraffic.of(
                                workspace.stateFolder(),
                                location.toString(),
                                workspace.clock().instant()))
                        : Optional.empty());
    }

    void print(PrintWriter out) {
        out.println("repository  " + location);
        out.println("stored      %d objects, %s".formatted(objects, new ByteSize(bytes)));
        requests.ifPresentOrElse(
                observed -> print(observed, out), () -> out.println("requests    a folder is asked for nothing"));
    }

    private static void print(ObservedTraffic observed, PrintWriter out) {
        if (observed.since().isEmpty()) {
            out.println("requests    none noted on this host: processes note them in their state directory");
            return;
        }
        out.println("requests    noted on this host since "
                + Times.of(observed.since().get()));
        out.println();
        Table.of(
                        Column.left("DAY"),
                        Column.right("WRITES"),
                        Column.right("LISTS"),
                        Column.right("READS"),
                        Column.right("DELETES"),
                        Column.right("SENT"),
                        Column.right("RECEIVED"))
                .withRows(Stream.concat(
                        observed.days().stream().map(day -> row(day.day().toString(), day.traffic())),
                        observed.month().map(month -> row("30 days at this rate", month)).stream()))
                .print(out);
    }

    private static List<Object> row(String title, Traffic traffic) {
        return List.of(
                title,
                traffic.writes(),
                traffic.lists(),
                traffic.reads(),
                traffic.deletes(),
                new ByteSize(traffic.sent()),
                new ByteSize(traffic.received()));
    }
}
