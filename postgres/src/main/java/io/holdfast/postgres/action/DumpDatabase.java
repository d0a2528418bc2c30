package io.holdfast.postgres.action;

import io.holdfast.embedded.UnprivilegedUser;
import io.holdfast.plan.action.ActionDescriptor;
import io.holdfast.plan.action.PostgresActions;
import io.holdfast.postgres.cluster.ServerFacts;
import io.holdfast.problem.Finding;
import io.holdfast.runbook.action.Call;
import io.holdfast.runbook.action.CarefulAction;
import io.holdfast.runbook.action.Outcome;
import io.holdfast.runbook.action.Outputs;
import io.holdfast.runbook.action.Pause;
import io.holdfast.runbook.action.Probe;
import io.holdfast.runbook.action.Verdict;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * {@code postgres.dump}. The receipt is there before the file gets its name: a file without the receipt of this step is
 * somebody else's.
 */
public final class DumpDatabase extends CarefulAction {

    private final PostgresHost host;
    private final Pause pause;

    public DumpDatabase(PostgresHost host, Pause pause) {
        this.host = host;
        this.pause = pause;
    }

    @Override
    public ActionDescriptor descriptor() {
        return PostgresActions.DUMP;
    }

    static Path receiptOf(Path file) {
        return file.resolveSibling(file.getFileName() + ".receipt.json");
    }

    @Override
    protected void look(Call call, List<Finding> findings) throws InterruptedException {
        var file = HostPath.of(call.inputs(), "file");
        requireFree(call, file);
        var program = program(call, facts(call));
        findings.add(Finding.passed(
                "dump.program",
                "'%s' can dump '%s'".formatted(program.file(), call.inputs().text("database"))));
        var server = Server.of(call.inputs());
        server.in(call.inputs().text("database"), session -> new Rights(session).unreadable())
                .ifPresent(relation -> findings.add(Finding.error(
                        "dump.role",
                        "the role may not read %s in full at %s".formatted(relation, server),
                        "log in as the owner, or grant it: GRANT pg_read_all_data TO ..., and BYPASSRLS where rows are"
                                + " hidden")));
        if (!Files.isWritable(file.resolveSibling(""))) {
            findings.add(Finding.error(
                    "dump.folder",
                    "'%s' is no folder that can be written to".formatted(file.resolveSibling("")),
                    "make it, or give it to the user that Holdfast runs as"));
        }
    }

    private static ServerFacts facts(Call call) throws InterruptedException {
        return Server.of(call.inputs()).in(call.inputs().text("database"), ServerFacts::read);
    }

    private ClientProgram program(Call call, ServerFacts facts) throws InterruptedException {
        return ClientProgram.find("pg_dump", facts.version().major(), call, host, pause);
    }

    @Override
    public String intention(Call call) {
        return "dump database '%s' at %s into '%s'"
                .formatted(
                        call.inputs().text("database"),
                        call.inputs().text("server"),
                        call.inputs().text("file"));
    }

    private static Optional<Receipt> done(Call call, Path file) {
        return Receipt.read(receiptOf(file)).filter(receipt -> receipt.isOf(call) && isWhole(file, receipt));
    }

    private static boolean isWhole(Path file, Receipt receipt) {
        try {
            return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
                    && Long.toString(Files.size(file)).equals(receipt.outputs().get("bytes"));
        } catch (IOException e) {
            throw HostException.io("read", file, e);
        }
    }

    private static void requireFree(Call call, Path file) {
        if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            throw HostException.exists(file);
        }
        var receipt = receiptOf(file);
        if (Files.exists(receipt, LinkOption.NOFOLLOW_LINKS)
                && Receipt.read(receipt).filter(found -> found.isOf(call)).isEmpty()) {
            throw HostException.exists(receipt);
        }
    }

    @Override
    protected Probe ask(Call call) {
        return done(call, HostPath.of(call.inputs(), "file"))
                .<Probe>map(receipt -> new Probe.Done(receipt.asOutputs()))
                .orElseGet(Probe.NotDone::new);
    }

    @Override
    protected Outcome act(Call call) throws InterruptedException {
        var file = HostPath.of(call.inputs(), "file");
        var done = done(call, file);
        if (done.isPresent()) {
            return new Outcome.Succeeded(done.get().asOutputs());
        }
        requireFree(call, file);
        var facts = facts(call);
        var part = file.resolveSibling("%s.part-%s".formatted(file.getFileName(), Mark.digest(call.id())));
        try {
            Files.deleteIfExists(part);
            Files.createFile(part, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            program(call, facts)
                    .run(
                            Server.of(call.inputs())
                                    .settings()
                                    .withDatabase(call.inputs().text("database")),
                            call,
                            pause,
                            List.of("--format=custom", "--file=" + part));
            return new Outcome.Succeeded(publish(call, part, file, facts));
        } catch (IOException e) {
            throw HostException.io("write", file, e);
        } finally {
            remove(part);
        }
    }

    private static Outputs publish(Call call, Path part, Path file, ServerFacts facts) throws IOException {
        try (var channel = FileChannel.open(part, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
        var outputs = new Outputs(Map.of(
                "file",
                file.toString(),
                "bytes",
                Long.toString(Files.size(part)),
                "sha256",
                FileDigest.of(part),
                "begun",
                facts.clock().toString()));
        Receipt.of(call, outputs).write(receiptOf(file), UnprivilegedUser.ownerOf(part));
        // Fails where the name is taken, as a rename would not.
        Files.createLink(file, part);
        Receipt.force(file.resolveSibling(""));
        return outputs;
    }

    private static void remove(Path part) {
        try {
            Files.deleteIfExists(part);
        } catch (IOException e) {
            throw HostException.io("remove", part, e);
        }
    }

    @Override
    protected Verdict hold(Call call, Outputs outputs) {
        var file = HostPath.of(call.inputs(), "file");
        return FileDigest.of(file).equals(outputs.values().get("sha256"))
                ? new Verdict.Holds()
                : new Verdict.Fails("'%s' is not what was written".formatted(file));
    }
}
