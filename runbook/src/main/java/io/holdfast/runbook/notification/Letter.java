package io.holdfast.runbook.notification;

import io.holdfast.runbook.action.Call;
import io.holdfast.runbook.action.UnusableInputException;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.internet.AddressException;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.util.Date;
import java.util.List;

/** A mail before it is sent. */
record Letter(String messageId, InternetAddress from, List<InternetAddress> to, String subject, String text) {

    static Letter of(Call call) {
        var inputs = call.inputs();
        var to = inputs.list("to");
        if (to.isEmpty()) {
            throw new UnusableInputException("to", "names nobody", "name at least one address");
        }
        return new Letter(
                "<%s@holdfast.invalid>".formatted(Texts.digest(call.id())),
                address("from", inputs.text("from")),
                to.stream().map(text -> address("to", text)).toList(),
                Texts.line("subject", inputs.text("subject")),
                inputs.text("text"));
    }

    private static InternetAddress address(String input, String text) {
        try {
            var address = new InternetAddress(Texts.line(input, text), true);
            if (address.getAddress().contains("@") && !address.isGroup()) {
                return address;
            }
        } catch (AddressException _) {
            // Said below.
        }
        throw new UnusableInputException(
                input, "is not one mail address: '%s'".formatted(text), "write it as in name@example.org");
    }

    MimeMessage in(Session session, Call call) throws MessagingException {
        var message = new Identified(session, messageId);
        message.setFrom(from);
        message.setRecipients(Message.RecipientType.TO, to.toArray(InternetAddress[]::new));
        message.setSubject(subject, "UTF-8");
        message.setText(text, "UTF-8");
        message.setSentDate(Date.from(call.clock().instant()));
        message.setHeader("Auto-Submitted", "auto-generated");
        message.saveChanges();
        return message;
    }

    /** Keeps its own Message-ID, where the library would make up another one each time. */
    private static final class Identified extends MimeMessage {

        private final String id;

        Identified(Session session, String id) {
            super(session);
            this.id = id;
        }

        @Override
        protected void updateMessageID() throws MessagingException {
            setHeader("Message-ID", id);
        }
    }
}
