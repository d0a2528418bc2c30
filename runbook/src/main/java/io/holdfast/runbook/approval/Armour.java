package io.holdfast.runbook.approval;

import java.util.Base64;

/** The lines around base64 in files of OpenSSH. */
enum Armour {
    PRIVATE_KEY("OPENSSH PRIVATE KEY"),
    SIGNATURE("SSH SIGNATURE");

    private static final int WIDTH = 70;

    private final String name;

    Armour(String name) {
        this.name = name;
    }

    byte[] open(String text) {
        var begin = "-----BEGIN " + name + "-----";
        var end = "-----END " + name + "-----";
        var clean = text.strip();
        if (!clean.startsWith(begin) || !clean.endsWith(end) || clean.length() < begin.length() + end.length()) {
            throw new IllegalArgumentException("it does not stand between '%s' and '%s'".formatted(begin, end));
        }
        return Base64.getMimeDecoder().decode(clean.substring(begin.length(), clean.length() - end.length()));
    }

    String close(byte[] bytes) {
        var lines = Base64.getEncoder().encodeToString(bytes).replaceAll("(.{%d})(?=.)".formatted(WIDTH), "$1\n");
        return "-----BEGIN " + name + "-----\n" + lines + "\n-----END " + name + "-----\n";
    }
}
