package io.holdfast.plan.action;

import static io.holdfast.plan.action.Input.optional;
import static io.holdfast.plan.action.Input.required;
import static io.holdfast.plan.action.Input.target;

import java.util.ArrayList;
import java.util.List;

/** Actions on PostgreSQL servers, and between them and a repository. */
public final class PostgresActions {

    private static final Input REPOSITORY = target("repository", "The repository: a folder, or `s3://BUCKET/PREFIX`.");

    /** How the repository is opened. */
    private static final List<Input> OPENING = List.of(
            optional("key-file", ValueType.TEXT, "The key file that opens it; without it, as this host is configured."),
            optional(
                    "passphrase-file",
                    ValueType.TEXT,
                    "The file of mode 600 whose first line is the passphrase that opens it; instead of a key file."),
            optional(
                    "settings",
                    ValueType.MAP,
                    "Further settings by their names in docs/configuration.md, for example `s3.region` or `repository.kms-key`; they count before"
                            + " this host's configuration."));

    private static final Input SERVER = target(
            "server", "`HOST`, `HOST:PORT`, or the folder of its socket: `/run/postgresql` or `/run/postgresql:5433`.");

    /** How the server is logged in to. */
    private static final List<Input> LOGIN = List.of(
            optional("user", ValueType.TEXT, "The role to log in as; without it, `postgres`."),
            optional("password", ValueType.SECRET, "Its password; without it, `~/.pgpass` is looked in."),
            optional("ssl-mode", ValueType.TEXT, "As libpq has it; without it, `prefer`."),
            optional("ssl-root-certificate", ValueType.TEXT, "PEM file of the authorities to trust."));

    private static final Input DIRECTORY = target("directory", "The data directory, an absolute path.");

    private static final Input BIN_DIRECTORY = optional(
            "bin-directory", ValueType.TEXT, "The folder of PostgreSQL's programs; without it, they are looked for.");

    private static final Output SERVER_ADDRESS =
            new Output("server", ValueType.TEXT, "Where it listens, as the input `server` of other actions takes it.");

    private static final Output PORT = new Output("port", ValueType.INTEGER, "The port it listens on.");

    private static final Output PID = new Output("pid", ValueType.INTEGER, "Its first process.");

    public static final ActionDescriptor BACKUP = new ActionDescriptor(
            "postgres.backup",
            "Takes a backup of a running server into a repository.",
            ActionKind.IDEMPOTENT,
            Effect.CHANGES,
            inputs(
                    List.of(REPOSITORY),
                    OPENING,
                    List.of(SERVER),
                    LOGIN,
                    List.of(
                            optional("type", ValueType.TEXT, "`incr` or `full`; without it, `incr`."),
                            optional(
                                    "member",
                                    ValueType.TEXT,
                                    "What the server is called in the repository; without it, as this host is configured."),
                            optional("jobs", ValueType.INTEGER, "Copiers at once."))),
            List.of(
                    new Output("backup", ValueType.TEXT, "Its name."),
                    new Output("type", ValueType.TEXT, "`incr` or `full`, as it became."),
                    new Output("bytes", ValueType.INTEGER, "The size of the cluster."),
                    new Output("stop-lsn", ValueType.TEXT, "From where on what is restored from it is consistent."),
                    new Output("stop-time", ValueType.INSTANT, "The earliest time that can be recovered to with it."),
                    new Output("damaged-pages", ValueType.INTEGER, "Pages whose checksum does not hold.")),
            "It runs where the data directory is. Taken twice, there are two backups, either of which restores; nothing that"
                    + " was there is changed. It fails if pages were damaged, though the backup is stored.");

    public static final ActionDescriptor RESTORE = new ActionDescriptor(
            "postgres.restore",
            "Restores a cluster from a repository into a directory, to a chosen point, and starts it.",
            ActionKind.CHECKABLE,
            Effect.CHANGES,
            inputs(
                    List.of(REPOSITORY),
                    OPENING,
                    List.of(
                            DIRECTORY,
                            optional(
                                    "to",
                                    ValueType.TEXT,
                                    "`latest`, a time with its offset, an LSN, `immediate` (the end of the backup), `xid:N` or"
                                            + " `name:RESTORE-POINT`; without it, `latest`."),
                            optional("exclusive", ValueType.BOOLEAN, "Stop just before the target, not just after it."),
                            optional(
                                    "backup",
                                    ValueType.TEXT,
                                    "The backup to begin with; without it, the newest that will do."),
                            optional(
                                    "timeline",
                                    ValueType.INTEGER,
                                    "The branch of the history, where there are several."),
                            optional("generation", ValueType.INTEGER, "The cluster as it was before an upgrade."),
                            optional(
                                    "delta",
                                    ValueType.BOOLEAN,
                                    "Change an existing data directory of the same cluster; without it, the directory must be"
                                            + " empty or absent."),
                            optional(
                                    "abandon-wal-tail",
                                    ValueType.BOOLEAN,
                                    "With `delta`: give up WAL that only the directory holds and that cannot be stored."),
                            optional(
                                    "tablespaces",
                                    ValueType.MAP,
                                    "Where tablespaces go, by their names; without it, beneath the directory."),
                            optional(
                                    "start",
                                    ValueType.BOOLEAN,
                                    "Start the server, and wait until it has recovered; without it, `true`."),
                            optional(
                                    "port",
                                    ValueType.INTEGER,
                                    "The port of the new server, so that it can run beside the damaged one; without it, as in"
                                            + " the backup."),
                            optional(
                                    "target-action",
                                    ValueType.TEXT,
                                    "At the target: `promote`, `pause` or `shutdown`; without it, `promote`."),
                            optional(
                                    "inert",
                                    ValueType.BOOLEAN,
                                    "A clone that can harm nobody: no archiving, no subscriptions, no jobs, no way in but a"
                                            + " socket."),
                            optional("jobs", ValueType.INTEGER, "Copiers at once; without it, one for each processor."),
                            BIN_DIRECTORY)),
            List.of(
                    new Output("directory", ValueType.TEXT, "The data directory."),
                    new Output("backup", ValueType.TEXT, "The backup it began with."),
                    new Output("timeline", ValueType.INTEGER, "The branch that was followed."),
                    new Output("stop-lsn", ValueType.TEXT, "Where recovery stops."),
                    new Output(
                            "recovered-to",
                            ValueType.INSTANT,
                            "The time of the last commit in it; empty where none is known."),
                    new Output(
                            "covered-until",
                            ValueType.INSTANT,
                            "Up to when the repository held every commit; empty where that is not known."),
                    new Output("bytes", ValueType.INTEGER, "Bytes that were copied."),
                    new Output("files", ValueType.INTEGER, "Files that were restored."),
                    SERVER_ADDRESS,
                    PORT,
                    PID,
                    new Output("log", ValueType.TEXT, "The server's log.")),
            """
            Refused before anything is touched: a target that cannot be reached, a directory with anything in it (without
            `delta`), one that a server runs in. `server`, `port`, `pid` and `log` are empty when no server was started. The port
            is written into the restored cluster's settings, so that it stays when the server is started again.

            What an interrupted restore of the same cluster left in the directory is gone on with. Where recovery ended is held
            against the plan, and another end is a failure; only after a crash while the server recovered it is not, and the
            queries of later steps must tell.""");

    public static final ActionDescriptor START = new ActionDescriptor(
            "postgres.start",
            "Starts the server of a data directory, and waits until it takes connections.",
            ActionKind.IDEMPOTENT,
            Effect.CHANGES,
            List.of(
                    DIRECTORY,
                    optional("port", ValueType.INTEGER, "Another port than its settings have, for this start."),
                    BIN_DIRECTORY),
            List.of(SERVER_ADDRESS, PORT, PID, new Output("log", ValueType.TEXT, "The server's log.")),
            "A server that runs is left alone. It runs as the owner of the data directory. Where a service manager looks after"
                    + " the server, use `command` with that.");

    public static final ActionDescriptor STOP = new ActionDescriptor(
            "postgres.stop",
            "Stops the server of a data directory, and waits until it has ended.",
            ActionKind.IDEMPOTENT,
            Effect.CHANGES,
            List.of(
                    DIRECTORY,
                    optional(
                            "mode",
                            ValueType.TEXT,
                            "`fast` ends sessions, `smart` waits for them, `immediate` is as a crash; without it, `fast`."),
                    BIN_DIRECTORY),
            List.of(new Output("state", ValueType.TEXT, "What pg_control says then: `shut down` after a clean end.")),
            "A directory without a running server is left alone. A service manager that restarts the server must be stopped"
                    + " first, with `command`.");

    public static final ActionDescriptor QUERY = new ActionDescriptor(
            "postgres.query",
            "Asks a database one question and holds the answer against what is expected.",
            ActionKind.IDEMPOTENT,
            Effect.READS,
            inputs(
                    List.of(SERVER),
                    LOGIN,
                    List.of(
                            required("database", ValueType.TEXT, "The database."),
                            required("sql", ValueType.TEXT, "One SELECT; `?` stands for a parameter."),
                            optional(
                                    "parameters",
                                    ValueType.LIST,
                                    "The values of the parameters, in their order, as texts."),
                            optional(
                                    "equals",
                                    ValueType.TEXT,
                                    "What the first value of the first row must be, as text."),
                            optional("at-least", ValueType.INTEGER, "The least that it may be."),
                            optional("at-most", ValueType.INTEGER, "The most that it may be."),
                            optional(
                                    "not-older-than",
                                    ValueType.DURATION,
                                    "It is a time, at most so long before `as-of`."),
                            optional("as-of", ValueType.INSTANT, "For `not-older-than`; without it, now."),
                            optional("not-after", ValueType.INSTANT, "It is a time, and not later than this one."),
                            optional(
                                    "within",
                                    ValueType.DURATION,
                                    "Ask again until it holds, for at most this long; without it, once."),
                            optional("every", ValueType.DURATION, "How long to wait between two; without it, `2s`."))),
            List.of(
                    new Output("value", ValueType.TEXT, "The first value of the first row; empty for NULL."),
                    new Output("rows", ValueType.INTEGER, "How many rows came, at most 10000."),
                    CheckActions.ATTEMPTS,
                    CheckActions.GREEN_AT),
            "It runs in a read-only transaction that is rolled back. More than one statement, or one that is no SELECT, is"
                    + " refused. Values go in as parameters: a reference inside `sql` becomes part of the statement. No row, or"
                    + " NULL, meets no expectation. A time without an offset is read in UTC. Tables without a schema are looked for in `public`.");

    public static final ActionDescriptor CLOSE_DATABASE = new ActionDescriptor(
            "postgres.close-database",
            "Lets nobody connect to a database any more, and ends the sessions it has.",
            ActionKind.IDEMPOTENT,
            Effect.CHANGES,
            inputs(List.of(SERVER), LOGIN, List.of(target("database", "The database that is closed."))),
            List.of(new Output("ended", ValueType.INTEGER, "How many sessions were ended.")),
            "What stops writers for certain: an application that was told to stop may not have heard it. Superusers are kept out"
                    + " too. Backups, capture and replication go on. That it is closed is in the WAL: a cluster that is restored to a"
                    + " later point is closed too, until `postgres.open-database` undoes it there.");

    public static final ActionDescriptor OPEN_DATABASE = new ActionDescriptor(
            "postgres.open-database",
            "Lets clients connect to a database again.",
            ActionKind.IDEMPOTENT,
            Effect.CHANGES,
            inputs(List.of(SERVER), LOGIN, List.of(target("database", "The database that is opened."))),
            List.of(),
            "Undoes `postgres.close-database`.");

    public static final ActionDescriptor CREATE_DATABASE = new ActionDescriptor(
            "postgres.create-database",
            "Creates an empty database.",
            ActionKind.CHECKABLE,
            Effect.CHANGES,
            inputs(
                    List.of(SERVER),
                    LOGIN,
                    List.of(
                            target("database", "Its name."),
                            optional(
                                    "owner",
                                    ValueType.TEXT,
                                    "The role that owns it; without it, the one that logs in."),
                            optional(
                                    "like",
                                    ValueType.TEXT,
                                    "The database whose owner, encoding, locale, grants and settings of its own it gets; it"
                                            + " may be closed."))),
            List.of(),
            "A database of that name that already exists is taken if it is empty, and refused if it is not. It is made from"
                    + " `template0`.");

    public static final ActionDescriptor DUMP = new ActionDescriptor(
            "postgres.dump",
            "Writes one database into a file with pg_dump.",
            ActionKind.CHECKABLE,
            Effect.CHANGES,
            inputs(
                    List.of(SERVER),
                    LOGIN,
                    List.of(
                            required("database", ValueType.TEXT, "The database."),
                            target("file", "The file, an absolute path; it must not exist."),
                            BIN_DIRECTORY)),
            List.of(
                    new Output("file", ValueType.TEXT, "The file."),
                    new Output("bytes", ValueType.INTEGER, "Its size."),
                    new Output("sha256", ValueType.TEXT, "Its SHA-256, hexadecimal."),
                    new Output("begun", ValueType.INSTANT, "When it began: what was committed later is not in it.")),
            "In pg_dump's custom format, readable by its owner only. The file appears under its name when it is complete and"
                    + " durable; beside it, `FILE.receipt.json` says which step of which run wrote it. Needs pg_dump of the server's"
                    + " major version or newer.");

    public static final ActionDescriptor RESTORE_DUMP = new ActionDescriptor(
            "postgres.restore-dump",
            "Fills an empty database from a file that pg_dump wrote.",
            ActionKind.CHECKABLE,
            Effect.CHANGES,
            inputs(
                    List.of(SERVER),
                    LOGIN,
                    List.of(
                            target("database", "The database, which must be empty."),
                            required("file", ValueType.TEXT, "The file, in pg_dump's custom format, an absolute path."),
                            optional("sha256", ValueType.TEXT, "What the file's SHA-256 must be."),
                            optional(
                                    "owners",
                                    ValueType.BOOLEAN,
                                    "Give objects to their former owners; without it, `true`."),
                            BIN_DIRECTORY)),
            List.of(new Output("tables", ValueType.INTEGER, "How many tables it holds.")),
            "All of it or nothing, in one transaction.");

    public static final ActionDescriptor SWAP_DATABASE = new ActionDescriptor(
            "postgres.swap-database",
            "Puts a restored database in the place of the live one, which is kept under another name.",
            ActionKind.CHECKABLE,
            Effect.CHANGES,
            inputs(
                    List.of(SERVER),
                    LOGIN,
                    List.of(
                            target("database", "The live database, whose name the restored one gets."),
                            target("replacement", "The restored database."),
                            required(
                                    "keep-as",
                                    ValueType.TEXT,
                                    "The name that the live one gets; nothing may have it."))),
            List.of(new Output("kept", ValueType.TEXT, "The name of the former live database.")),
            """
            Both databases are closed, their sessions are ended, and both are renamed in one transaction: nobody ever sees a server
            without the live name. The restored database is open afterwards; the former one stays closed, so that no late writer
            writes into it (`postgres.open-database` opens it). When it fails, both are as open as before.

            The replacement is marked with the step of the run in its comment, which the rename does not touch, so that after a
            crash each state in between is known and completed. Writers are to be stopped before, or what they commit until the
            swap is lost to the live name.""");

    public static final List<ActionDescriptor> ALL = List.of(
            BACKUP,
            RESTORE,
            START,
            STOP,
            QUERY,
            CLOSE_DATABASE,
            OPEN_DATABASE,
            DUMP,
            CREATE_DATABASE,
            RESTORE_DUMP,
            SWAP_DATABASE);

    private PostgresActions() {}

    @SafeVarargs
    private static List<Input> inputs(List<Input>... groups) {
        var all = new ArrayList<Input>();
        for (var group : groups) {
            all.addAll(group);
        }
        return all;
    }
}
