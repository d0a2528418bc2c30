package io.holdfast.runbook.approval;

import java.util.Locale;

/** What somebody says who was asked. */
public enum Decision {
    APPROVE,
    DECLINE;

    String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
