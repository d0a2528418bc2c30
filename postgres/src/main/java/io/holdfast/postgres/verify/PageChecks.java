package io.holdfast.postgres.verify;

import io.holdfast.postgres.backup.DamagedPage;
import io.holdfast.postgres.backup.DamagedRelations;
import io.holdfast.postgres.backup.PageSweep;
import io.holdfast.postgres.cluster.ControlFile;
import io.holdfast.postgres.cluster.ServerException;
import io.holdfast.postgres.cluster.SqlSession;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Looks at the pages of the cluster, which was shut down; where some are damaged, the server is started again to name them. */
final class PageChecks {

    private final SandboxServer server;
    private final Path data;
    private final VerificationRequest request;
    private final Tally tally;
    private final VerificationProgress progress;

    PageChecks(
            SandboxServer server, Path data, VerificationRequest request, Tally tally, VerificationProgress progress) {
        this.server = server;
        this.data = data;
        this.request = request;
        this.tally = tally;
        this.progress = progress;
    }

    /** @param entrance by which the server can be asked, if it can */
    void run(Optional<DatabaseChecks.Entrance> entrance) throws InterruptedException {
        if (!tally.asked()) {
            return;
        }
        var control = control();
        if (control.filter(ControlFile::isShutDown).isEmpty()) {
            tally.unchecked("the server was not shut down cleanly");
        } else if (!control.get().hasDataChecksums()) {
            tally.unchecked("the cluster has no data checksums");
        } else {
            sweep(control.get(), entrance);
        }
    }

    private Optional<ControlFile> control() {
        try {
            return ControlFile.parse(Files.readAllBytes(data.resolve("global/pg_control")));
        } catch (IOException _) {
            return Optional.empty();
        }
    }

    private void sweep(ControlFile control, Optional<DatabaseChecks.Entrance> entrance) throws InterruptedException {
        progress.remark("checking the checksums of all pages");
        var begun = tally.now();
        var found = new PageSweep(data, control.blockSize(), control.relationSegmentBlocks(), request.jobs()).look();
        tally.tookSince(begun);
        tally.right(found.pages() - found.damagedCount());
        if (found.damagedCount() > 0) {
            var pages = named(found.damaged(), entrance);
            tally.wrong(found.damagedCount(), pages.getFirst().toString());
            pages.stream().skip(1).forEach(page -> tally.detail(page.toString()));
        }
    }

    private List<DamagedPage> named(List<DamagedPage> pages, Optional<DatabaseChecks.Entrance> entrance)
            throws InterruptedException {
        if (entrance.isEmpty()) {
            return pages;
        }
        var superuser = entrance.get().superuser();
        var database = entrance.get().database();
        try {
            server.startAgain(superuser, database);
            var settings = server.settings(superuser, database);
            List<DamagedPage> named;
            try (var session = SqlSession.open(settings)) {
                named = new DamagedRelations(settings, session).named(pages);
            }
            server.stop();
            return named;
        } catch (ServerException | SandboxException e) {
            progress.remark("damaged pages cannot be named: " + e.getMessage());
            return pages;
        }
    }
}
