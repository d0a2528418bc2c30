package io.holdfast.postgres.replication;

import io.holdfast.postgres.cluster.ConnectionSettings;
import io.holdfast.postgres.cluster.ServerAddress;
import io.holdfast.postgres.cluster.ServerException;
import io.holdfast.postgres.cluster.ServerVersion;
import io.holdfast.postgres.wal.Lsn;
import io.holdfast.postgres.wal.SystemIdentifier;
import io.holdfast.postgres.wal.TimelineId;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A physical replication connection. It takes commands, or, after {@link #stream}, it is busy with one stream until
 * that ends. Its owner closes it. Not thread-safe, but for {@link WalStream#acknowledge} and {@link #close}: closing
 * from another thread ends a blocked call with a {@link ServerException}, as does an interrupt, which closes the
 * connection. It has no thread of its own.
 */
public final class ReplicationClient implements AutoCloseable {

    /** How long the server may take to answer a command, or to take what is sent. */
    public static final Duration DEFAULT_PATIENCE = Duration.ofSeconds(30);

    private static final Pattern SETTING = Pattern.compile("[A-Za-z_][A-Za-z0-9_.]*");

    private final Connector.Opened opened;
    private final Conversation conversation;
    private final InstantSource clock;

    private ReplicationClient(Connector.Opened opened, Conversation conversation, InstantSource clock) {
        this.opened = opened;
        this.conversation = conversation;
        this.clock = clock;
    }

    public static ReplicationClient connect(ConnectionSettings settings, InstantSource clock) {
        return connect(settings, clock, DEFAULT_PATIENCE);
    }

    public static ReplicationClient connect(ConnectionSettings settings, InstantSource clock, Duration patience) {
        var opened = Connector.open(settings);
        return new ReplicationClient(opened, new Conversation(opened.channel(), patience), clock);
    }

    public ServerAddress address() {
        return conversation.address();
    }

    public ServerVersion version() {
        return opened.version();
    }

    public Authentication authentication() {
        return opened.authentication();
    }

    public boolean isEncrypted() {
        return opened.tls();
    }

    /** Of the walsender that serves this connection, as in {@code pg_stat_replication}. */
    public int serverProcess() {
        return opened.process();
    }

    public ServerIdentity identifySystem() {
        var row = onlyRow("IDENTIFY_SYSTEM");
        return new ServerIdentity(
                SystemIdentifier.parse(required(row, "systemid")),
                timeline(required(row, "timeline")),
                Lsn.parse(required(row, "xlogpos")));
    }

    /** The value of a setting, as SHOW prints it. */
    public String show(String setting) {
        if (!SETTING.matcher(setting).matches()) {
            throw new IllegalArgumentException("not the name of a setting: " + setting);
        }
        return onlyRow("SHOW " + setting).values().values().stream()
                .findFirst()
                .map(value -> new String(value, StandardCharsets.UTF_8))
                .orElse("");
    }

    /** Needs a server of version 15 or newer; older ones refuse with a syntax error, and all refuse a logical slot. */
    public SlotState readSlot(SlotName name) {
        var row = onlyRow("READ_REPLICATION_SLOT " + name);
        if (row.text("slot_type").isEmpty()) {
            return new SlotState.Missing();
        }
        var restart = row.text("restart_lsn").map(Lsn::parse);
        var timeline = row.text("restart_tli").map(ReplicationClient::timeline);
        return restart.isPresent() && timeline.isPresent()
                ? new SlotState.Reserved(restart.get(), timeline.get())
                : new SlotState.Unreserved();
    }

    /** Makes a physical slot that holds WAL back from now on: from the last checkpoint's redo position. */
    public void createSlot(SlotName name, SlotLife life) {
        var temporary = switch (life) {
            case PERMANENT -> "";
            case TEMPORARY -> "TEMPORARY ";
        };
        conversation.ask("CREATE_REPLICATION_SLOT %s %sPHYSICAL RESERVE_WAL".formatted(name, temporary));
    }

    /** Refused while another connection uses it (SQLSTATE 55006, retryable). */
    public void dropSlot(SlotName name) {
        conversation.ask("DROP_REPLICATION_SLOT " + name);
    }

    /** There is none for timeline 1: the server refuses. */
    public TimelineHistory timelineHistory(TimelineId timeline) {
        var row = onlyRow("TIMELINE_HISTORY " + timeline);
        return new TimelineHistory(
                required(row, "filename"), row.bytes("content").orElseThrow(() -> missing("content")));
    }

    /**
     * Begins to stream. Beginning where the timeline ends is no problem: the first {@code receive} says so. SQLSTATE
     * 58P01 means that the server no longer has that WAL.
     */
    public WalStream stream(StreamStart start) {
        var channel = conversation.channel();
        channel.send(Outgoing.query(start.command()), conversation.deadline());
        while (true) {
            var type = channel.expect(conversation.deadline());
            switch (type) {
                case 'W' -> {
                    return WalStream.flowing(conversation, clock);
                }
                case 'T' -> {
                    return WalStream.alreadyEnded(conversation, clock, WalStream.nextTimeline(conversation));
                }
                case 'E' -> throw conversation.failure();
                case 'N', 'S' -> {}
                default ->
                    throw ServerException.protocol(
                            address(), "a message of type 0x%02x in answer to START_REPLICATION".formatted(type));
            }
        }
    }

    /** Says good-bye, which the server may not hear, and closes the socket. */
    @Override
    public void close() {
        try {
            opened.channel().send(Outgoing.terminate(), System.nanoTime());
        } catch (ServerException e) {
            // A broken connection is as closed as it gets.
        }
        opened.channel().close();
    }

    private ResultRow onlyRow(String command) {
        List<ResultRow> rows = conversation.ask(command);
        if (rows.size() != 1) {
            throw ServerException.protocol(address(), "%d rows in answer to %s".formatted(rows.size(), command));
        }
        return rows.getFirst();
    }

    private String required(ResultRow row, String column) {
        return row.text(column).orElseThrow(() -> missing(column));
    }

    private ServerException missing(String column) {
        return ServerException.protocol(address(), "no column '%s' in an answer".formatted(column));
    }

    private static TimelineId timeline(String decimal) {
        return new TimelineId(Integer.parseUnsignedInt(decimal));
    }
}
