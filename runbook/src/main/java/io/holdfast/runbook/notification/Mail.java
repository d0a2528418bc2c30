package io.holdfast.runbook.notification;

import io.holdfast.plan.action.ActionDescriptor;
import io.holdfast.plan.action.NotifyActions;
import io.holdfast.problem.Finding;
import io.holdfast.problem.Secret;
import io.holdfast.runbook.action.Aside;
import io.holdfast.runbook.action.Call;
import io.holdfast.runbook.action.Outcome;
import io.holdfast.runbook.action.Outputs;
import jakarta.mail.AuthenticationFailedException;
import jakarta.mail.MessagingException;
import jakarta.mail.SendFailedException;
import jakarta.mail.Transport;
import java.util.List;

/** {@code notify.mail}. */
public final class Mail extends Notification {

    @Override
    public ActionDescriptor descriptor() {
        return NotifyActions.MAIL;
    }

    /** Connects and logs in; sends nothing. */
    @Override
    protected void look(Call call, List<Finding> findings) throws InterruptedException {
        Letter.of(call);
        var server = MailServer.of(call.inputs());
        findings.add(Aside.run(() -> {
            try (var transport = server.session().getTransport(server.protocol())) {
                connect(transport, server);
                return Finding.passed("notify-mail.server", "%s takes mail".formatted(server));
            } catch (MessagingException e) {
                return Finding.error("notify-mail.server", notReached(server, e), hint(e));
            }
        }));
    }

    @Override
    public String intention(Call call) {
        return "mail '%s' to %s"
                .formatted(
                        call.inputs().text("subject"),
                        String.join(", ", call.inputs().list("to")));
    }

    @Override
    protected Outcome act(Call call) throws InterruptedException {
        var letter = Letter.of(call);
        var server = MailServer.of(call.inputs());
        return Aside.run(() -> {
            try (var transport = server.session().getTransport(server.protocol())) {
                try {
                    connect(transport, server);
                } catch (MessagingException e) {
                    return new Outcome.Failed(notReached(server, e), hint(e), !isRefusal(e));
                }
                return send(call, server, letter, transport);
            } catch (MessagingException e) {
                return new Delivery(server.toString(), repeatable(call))
                        .doubtful("%s did not answer: %s".formatted(server, e.getMessage()));
            }
        });
    }

    private static Outcome send(Call call, MailServer server, Letter letter, Transport transport)
            throws MessagingException {
        var message = letter.in(server.session(), call);
        try {
            transport.sendMessage(message, message.getAllRecipients());
            return new Outcome.Succeeded(Outputs.of("message-id", letter.messageId()));
        } catch (SendFailedException e) {
            return new Outcome.Failed(
                    "%s refuses the message: %s".formatted(server, deepest(e)),
                    "see whether it knows the addresses and takes mail from this sender",
                    false);
        } catch (MessagingException e) {
            return new Delivery(server.toString(), repeatable(call))
                    .doubtful("%s did not confirm the message: %s".formatted(server, deepest(e)));
        }
    }

    private static void connect(Transport transport, MailServer server) throws MessagingException {
        transport.connect(
                server.host(),
                server.port(),
                server.user().orElse(null),
                server.password().map(Secret::reveal).orElse(null));
    }

    private static boolean isRefusal(MessagingException e) {
        return e instanceof AuthenticationFailedException;
    }

    private static String notReached(MailServer server, MessagingException e) {
        return isRefusal(e)
                ? "%s refuses the name or the password".formatted(server)
                : "%s cannot be reached: %s".formatted(server, deepest(e));
    }

    private static String hint(MessagingException e) {
        return isRefusal(e)
                ? "see whether the password has changed"
                : "see whether it runs, and whether it offers the encryption that is asked for";
    }

    private static String deepest(MessagingException e) {
        var message = String.valueOf(e.getMessage());
        for (var next = e.getNextException(); next != null; ) {
            message = String.valueOf(next.getMessage());
            next = next instanceof MessagingException further ? further.getNextException() : null;
        }
        return message.lines().findFirst().orElse("").strip();
    }
}
