package io.holdfast.cli.configuration;

import io.holdfast.postgres.archive.MemberName;
import io.holdfast.postgres.cluster.SslMode;
import io.holdfast.postgres.replication.SlotName;
import io.holdfast.repository.key.kms.KmsSettings;
import io.holdfast.repository.mirror.CommitPolicy;
import io.holdfast.repository.store.s3.S3Encryption;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Every setting there is, in the order in which they are documented. */
public final class Settings {

    public static final Setting<RepositoryLocation> REPOSITORY_PATH = Setting.of(
                    "repository.path", ValueType.location(), "Folder of the repository, or s3://BUCKET/PREFIX.")
            .withFlag("--repository");

    public static final Setting<MirrorPlaces> REPOSITORY_MIRRORS = Setting.of(
                    "repository.mirrors",
                    ValueType.mirrors(),
                    "Where else the repository is: folders and s3://BUCKET/PREFIX with commas between them, each with the s3.* settings of another configuration file if 'with FILE' follows. See docs/mirrors.md.")
            .withDefaultDescription("none");

    public static final Setting<CommitPolicy> REPOSITORY_STORED_WHEN = Setting.of(
                    "repository.stored-when",
                    ValueType.commitPolicy(),
                    "With mirrors: when something counts as stored: in all of the places, in repository.path (primary), or in any N of them.")
            .withDefault("primary");

    public static final Setting<Path> KEY_FILE = Setting.of(
                    "repository.key-file",
                    ValueType.file(),
                    "Key file that opens the repository; only its owner may read it.")
            .withFlag("--key-file");

    public static final Setting<Path> PASSPHRASE_FILE = Setting.of(
                    "repository.passphrase-file",
                    ValueType.file(),
                    "File whose first line is the passphrase; only its owner may read it.")
            .withFlag("--passphrase-file");

    public static final Setting<String> KMS_KEY = Setting.of(
                    "repository.kms-key",
                    ValueType.word(
                            "KEY",
                            KmsSettings.SYNTAX,
                            "a key of AWS KMS: the ARN of a key or an alias, alias/NAME, or the id of a key",
                            Function.identity()),
                    "Key of AWS KMS that opens the repository: the ARN of a key or an alias, alias/NAME, or the id of a key.")
            .withFlag("--kms-key");

    public static final Setting<URI> KMS_ENDPOINT = Setting.of(
                    "kms.endpoint",
                    ValueType.word(
                            "URL",
                            "https?://[A-Za-z0-9._:\\[\\]-]+/?",
                            "a URL of a host and a port, such as https://kms.example.org:9000",
                            URI::create),
                    "Where KMS is asked, if not at Amazon's usual address.")
            .withDefaultDescription("AWS KMS in the region");

    public static final Setting<String> KMS_REGION = Setting.of(
                    "kms.region", ValueType.text("REGION"), "Region of a key that is not named by its ARN.")
            .withDefaultDescription("as the AWS tools find it; us-east-1 with an endpoint");

    public static final Setting<String> KMS_PROFILE = Setting.of(
                    "kms.profile",
                    ValueType.text("NAME"),
                    "Profile of the AWS tools that gives the credentials for KMS.")
            .withDefaultDescription("as the AWS tools find credentials");

    public static final Setting<String> KMS_ROLE = Setting.of(
                    "kms.role", ValueType.text("ARN"), "Role that is assumed with these credentials to use the key.")
            .withDefaultDescription("none");

    public static final Setting<URI> S3_ENDPOINT = Setting.of(
                    "s3.endpoint",
                    ValueType.word(
                            "URL",
                            "https?://[A-Za-z0-9._:\\[\\]-]+/?",
                            "a URL of a host and a port, such as https://s3.example.org:9000",
                            URI::create),
                    "Server that speaks S3, where it is not Amazon's.")
            .withDefaultDescription("Amazon S3 in the region");

    public static final Setting<String> S3_REGION = Setting.of(
                    "s3.region", ValueType.text("REGION"), "Region of the bucket.")
            .withDefaultDescription("as the AWS tools find it; us-east-1 with an endpoint");

    public static final Setting<String> S3_PROFILE = Setting.of(
                    "s3.profile", ValueType.text("NAME"), "Profile of the AWS tools that gives the credentials.")
            .withDefaultDescription("as the AWS tools find credentials");

    public static final Setting<String> S3_ROLE = Setting.of(
                    "s3.role", ValueType.text("ARN"), "Role that is assumed with these credentials.")
            .withDefaultDescription("none");

    public static final Setting<YesNo> S3_PATH_STYLE = Setting.of(
                    "s3.path-style",
                    ValueType.choice("YES/NO", YesNo.class),
                    "Whether the bucket is named in the path instead of in the host name.")
            .withDefaultDescription("yes with an endpoint, else no");

    public static final Setting<String> S3_STORAGE_CLASS = Setting.of(
                    "s3.storage-class",
                    ValueType.text("CLASS"),
                    "Storage class of new objects; only such as can be read at once.")
            .withDefaultDescription("the server's: STANDARD");

    public static final Setting<S3Encryption> S3_ENCRYPTION = Setting.of(
                    "s3.encryption",
                    ValueType.choice("KIND", S3Encryption.class),
                    "What the server is asked to encrypt with, on top of Holdfast's own encryption: none, aes256, kms.")
            .withDefault("none");

    public static final Setting<String> S3_KMS_KEY = Setting.of(
                    "s3.kms-key", ValueType.text("KEY"), "Id or ARN of the KMS key for s3.encryption: kms.")
            .withDefaultDescription("the bucket's");

    public static final Setting<S3ObjectLock> S3_OBJECT_LOCK = Setting.of(
                    "s3.object-lock",
                    ValueType.choice("MODE", S3ObjectLock.class),
                    "What new objects are locked with, in a bucket with Object Lock: none, governance, compliance.")
            .withDefault("none");

    public static final Setting<Duration> S3_LOCK = Setting.of(
                    "s3.lock",
                    ValueType.duration(),
                    "For how long no one can remove a backup, from its end on; what it needs is locked for longer.")
            .withDefault("30d");

    public static final Setting<Duration> S3_LOCK_PIECES = Setting.of(
                    "s3.lock-pieces",
                    ValueType.duration(),
                    "For how long pieces of WAL are locked, until a whole segment with the full lock stands for them, and intents and holds; at least 1d.")
            .withDefault("1d");

    public static final Setting<Duration> S3_REQUEST_TIMEOUT = Setting.of(
                    "s3.request-timeout",
                    ValueType.duration(),
                    "Longest wait for an answer of S3 or its next bytes, before the request is repeated.")
            .withDefault("30s");

    public static final Setting<String> HOST = Setting.of(
                    "postgres.host",
                    ValueType.text("HOST"),
                    "Host name, address or socket folder of the server; it runs on this host.")
            .withFlag("--host")
            .withDefaultDescription("PGHOST, else the socket in /var/run/postgresql or /tmp, else localhost");

    public static final Setting<Integer> PORT = Setting.of(
                    "postgres.port", ValueType.number("PORT", 1, 65535), "Port of the server.")
            .withFlag("--port")
            .withDefaultDescription("PGPORT, else 5432");

    public static final Setting<String> USER = Setting.of(
                    "postgres.user",
                    ValueType.text("ROLE"),
                    "Database role; it needs REPLICATION, pg_read_all_settings and the backup functions.")
            .withFlag("--user")
            .withDefaultDescription("PGUSER, else the name of the operating system's user");

    public static final Setting<String> DATABASE = Setting.of(
                    "postgres.database", ValueType.text("NAME"), "Database to connect to; its content does not matter.")
            .withFlag("--database")
            .withDefaultDescription("PGDATABASE, else postgres");

    public static final Setting<Path> PASSWORD_FILE = Setting.of(
                    "postgres.password-file",
                    ValueType.file(),
                    "Password file in libpq's form, host:port:database:user:password; only its owner may read it.")
            .withDefaultDescription("PGPASSFILE, else ~/.pgpass; PGPASSWORD comes before it");

    public static final Setting<SslMode> SSL_MODE = Setting.of(
                    "postgres.sslmode",
                    ValueType.choice("MODE", SslMode.class),
                    "How much TLS is asked for, as in libpq.")
            .withDefaultDescription("PGSSLMODE, else prefer");

    public static final Setting<Path> SSL_ROOT_CERTIFICATE = Setting.of(
                    "postgres.sslrootcert", ValueType.file(), "Certificates that the server's must descend from, PEM.")
            .withDefaultDescription("PGSSLROOTCERT, else ~/.postgresql/root.crt if it exists");

    public static final Setting<Path> BIN_DIRECTORY = Setting.of(
                    "postgres.bin-directory",
                    ValueType.folder(),
                    "Folder of the programs postgres and pg_ctl, for restores that start a server.")
            .withFlag("--bin-directory")
            .withDefaultDescription(
                    "the first with the version of the backup in PATH, /usr/lib/postgresql/N/bin, /usr/pgsql-N/bin, pg_config --bindir");

    public static final Setting<MemberName> MEMBER = Setting.of(
                    "member",
                    ValueType.word(
                            "NAME",
                            "[A-Za-z0-9_-]{1,64}",
                            "a name of letters, digits, '_' and '-', at most 64",
                            MemberName::new),
                    "What this PostgreSQL instance is called in the repository; no two instances share one.")
            .withFlag("--member")
            .withDefaultDescription("the host name up to its first dot");

    public static final Setting<Integer> BACKUP_JOBS = Setting.of(
                    "backup.jobs", ValueType.number("N", 1, 256), "Files that are copied at once.")
            .withFlag("--jobs")
            .withDefaultDescription("a quarter of the processors, at least 1");

    public static final Setting<ByteSize> BACKUP_MAX_RATE = Setting.of(
                    "backup.max-rate",
                    ValueType.size("SIZE"),
                    "Most bytes a second that a backup reads from the data directory.")
            .withFlag("--max-rate")
            .withDefaultDescription("no limit");

    public static final Setting<Optional<Duration>> BACKUP_EVERY = Setting.of(
                    "backup.every",
                    ValueType.durationOrNever(),
                    "Longest time between two backups of 'holdfast protect', or never: then something else takes them, such as a plan; 'status' finds them overdue after half as much again.")
            .withFlag("--backup-every")
            .withDefault("24h");

    public static final Setting<Optional<Duration>> BACKUP_FULL_EVERY = Setting.of(
                    "backup.full-every",
                    ValueType.durationOrNever(),
                    "Longest time between two full backups of 'holdfast protect', or never: each incremental one restores by itself.")
            .withDefault("never");

    public static final Setting<ByteSize> BACKUP_WAL_VOLUME = Setting.of(
                    "backup.wal-volume",
                    ValueType.size("SIZE"),
                    "'holdfast protect' takes a backup when so much WAL has been written since the start of the last.")
            .withDefaultDescription("no limit");

    public static final Setting<Duration> BACKUP_RTO = Setting.of(
                    "backup.rto",
                    ValueType.duration(),
                    "Longest time that a restore may take: 'holdfast protect' takes backups often enough for it, 'status' is concerned when it is not met.")
            .withDefaultDescription("no objective");

    public static final Setting<Checkpoint> BACKUP_CHECKPOINT = Setting.of(
                    "backup.checkpoint",
                    ValueType.choice("KIND", Checkpoint.class),
                    "How a backup's checkpoint is made: fast at once, spread over checkpoint_completion_target.")
            .withFlag("--checkpoint")
            .withDefault("fast");

    public static final Setting<Duration> BACKUP_WAL_TIMEOUT = Setting.of(
                    "backup.wal-timeout",
                    ValueType.duration(),
                    "How long a backup waits until the WAL up to its end is in the repository.")
            .withFlag("--wal-timeout")
            .withDefault("10m");

    public static final Setting<Duration> RETENTION_BACKUPS = Setting.of(
                    "retention.backups",
                    ValueType.duration(),
                    "Recovery window: 'holdfast expire' keeps every backup that is younger, and the one from which its beginning is restored.")
            .withDefault("30d");

    public static final Setting<Duration> RETENTION_WAL = Setting.of(
                    "retention.wal",
                    ValueType.duration(),
                    "Window of which any moment can be recovered to; of older backups only their own WAL is kept.")
            .withDefault("7d");

    public static final Setting<Integer> RETENTION_MINIMUM = Setting.of(
                    "retention.minimum",
                    ValueType.number("N", 1, 100_000),
                    "So many of the newest backups stay, however old they are.")
            .withDefault("2");

    public static final Setting<Integer> RETENTION_DAILY = Setting.of(
                    "retention.daily",
                    ValueType.number("N", 0, 100_000),
                    "Of so many of the newest days (UTC) with a backup the last one stays.")
            .withDefault("0");

    public static final Setting<Integer> RETENTION_WEEKLY = Setting.of(
                    "retention.weekly", ValueType.number("N", 0, 100_000), "The same for weeks, which begin on Monday.")
            .withDefault("0");

    public static final Setting<Integer> RETENTION_MONTHLY = Setting.of(
                    "retention.monthly", ValueType.number("N", 0, 100_000), "The same for months.")
            .withDefault("0");

    public static final Setting<Duration> RETENTION_GRACE = Setting.of(
                    "retention.grace",
                    ValueType.duration(),
                    "How long what is to be removed is announced before it is, by the clock of the repository's store.")
            .withDefault("1h");

    public static final Setting<Optional<Duration>> RETENTION_EVERY = Setting.of(
                    "retention.every",
                    ValueType.durationOrNever(),
                    "How often 'holdfast protect' does what 'holdfast expire' does, or never: then something else has to run it.")
            .withDefault("never");

    public static final Setting<SlotName> CAPTURE_SLOT = Setting.of(
                    "capture.slot",
                    ValueType.word(
                            "NAME",
                            "[a-z0-9_]{1,63}",
                            "a name of lower-case letters, digits and '_', at most 63",
                            SlotName::new),
                    "Replication slot that makes the server keep WAL until it is captured.")
            .withFlag("--slot")
            .withDefault("holdfast");

    public static final Setting<ByteSize> CAPTURE_SPOOL_LIMIT = Setting.of(
                    "capture.spool-limit",
                    ValueType.size("SIZE"),
                    "Most bytes in the spool; beyond it coverage ends, with a declared gap, and a backup is due.")
            .withDefault("1GiB");

    public static final Setting<Duration> CAPTURE_UPLOAD_EVERY = Setting.of(
                    "capture.upload-every", ValueType.duration(), "Longest wait before captured WAL is uploaded.")
            .withDefault("1s");

    public static final Setting<ByteSize> CAPTURE_UPLOAD_BYTES = Setting.of(
                    "capture.upload-bytes",
                    ValueType.size("SIZE"),
                    "Captured WAL is uploaded at once when there is this much of it.")
            .withDefault("4MiB");

    public static final Setting<Acknowledged> CAPTURE_ACK = Setting.of(
                    "capture.ack",
                    ValueType.choice("KIND", Acknowledged.class),
                    "What the server is told to be flushed: what the spool has, or what the repository holds; with the latter commits lose nothing that returned, if synchronous_standby_names chooses the capture.")
            .withDefault("spool");

    public static final Setting<Optional<Duration>> CAPTURE_DEGRADE_AFTER = Setting.of(
                    "capture.degrade-after",
                    ValueType.durationOrNever(),
                    "With ack: repository: how long commits wait for a repository that takes nothing before they are let go with what the spool has, which is recorded as exposure; or never.")
            .withDefault("never");

    public static final Setting<Path> STATE_DIRECTORY = Setting.of(
                    "state-directory",
                    ValueType.folder(),
                    "Folder for what this host must remember, the spool of captured WAL among it; on a disk that survives a restart.")
            .withFlag("--state-directory")
            .withDefault("/var/lib/holdfast");

    public static final Setting<Path> PLAN = Setting.of(
                    "plan", ValueType.file(), "The disaster recovery plan: see docs/plan.md.")
            .withFlag("--plan");

    public static final Setting<Path> EVIDENCE_KEY_FILE = Setting.of(
                    "evidence-key-file",
                    ValueType.file(),
                    "Key that this host signs evidence with; made when it is first needed. Default: evidence-key in the state"
                            + " directory, for users other than root in ~/.local/share/holdfast.")
            .withFlag("--evidence-key");

    public static final List<Setting<?>> ALL = List.of(
            REPOSITORY_PATH,
            REPOSITORY_MIRRORS,
            REPOSITORY_STORED_WHEN,
            KEY_FILE,
            PASSPHRASE_FILE,
            KMS_KEY,
            KMS_ENDPOINT,
            KMS_REGION,
            KMS_PROFILE,
            KMS_ROLE,
            S3_ENDPOINT,
            S3_REGION,
            S3_PROFILE,
            S3_ROLE,
            S3_PATH_STYLE,
            S3_STORAGE_CLASS,
            S3_ENCRYPTION,
            S3_KMS_KEY,
            S3_OBJECT_LOCK,
            S3_LOCK,
            S3_LOCK_PIECES,
            S3_REQUEST_TIMEOUT,
            HOST,
            PORT,
            USER,
            DATABASE,
            PASSWORD_FILE,
            SSL_MODE,
            SSL_ROOT_CERTIFICATE,
            BIN_DIRECTORY,
            MEMBER,
            BACKUP_JOBS,
            BACKUP_MAX_RATE,
            BACKUP_EVERY,
            BACKUP_FULL_EVERY,
            BACKUP_WAL_VOLUME,
            BACKUP_RTO,
            BACKUP_CHECKPOINT,
            BACKUP_WAL_TIMEOUT,
            RETENTION_BACKUPS,
            RETENTION_WAL,
            RETENTION_MINIMUM,
            RETENTION_DAILY,
            RETENTION_WEEKLY,
            RETENTION_MONTHLY,
            RETENTION_GRACE,
            RETENTION_EVERY,
            CAPTURE_SLOT,
            CAPTURE_SPOOL_LIMIT,
            CAPTURE_UPLOAD_EVERY,
            CAPTURE_UPLOAD_BYTES,
            CAPTURE_ACK,
            CAPTURE_DEGRADE_AFTER,
            STATE_DIRECTORY,
            PLAN,
            EVIDENCE_KEY_FILE);

    /** Those that open a repository. */
    public static final List<Setting<?>> OF_THE_REPOSITORY =
            List.of(REPOSITORY_PATH, KEY_FILE, PASSPHRASE_FILE, KMS_KEY);

    /** Those that sign evidence and put it into a repository. */
    public static final List<Setting<?>> OF_EVIDENCE =
            List.of(REPOSITORY_PATH, KEY_FILE, PASSPHRASE_FILE, KMS_KEY, STATE_DIRECTORY, EVIDENCE_KEY_FILE);

    /** Those that reach the server. */
    public static final List<Setting<?>> OF_THE_SERVER = List.of(HOST, PORT, USER, DATABASE);

    /** Those that say when backups are due. */
    public static final List<Setting<?>> OF_THE_SCHEDULE =
            List.of(BACKUP_EVERY, BACKUP_FULL_EVERY, BACKUP_WAL_VOLUME, BACKUP_RTO);

    /** Those that say what stays. */
    public static final List<Setting<?>> OF_RETENTION = List.of(
            RETENTION_BACKUPS,
            RETENTION_WAL,
            RETENTION_MINIMUM,
            RETENTION_DAILY,
            RETENTION_WEEKLY,
            RETENTION_MONTHLY,
            RETENTION_GRACE);

    private Settings() {}
}
