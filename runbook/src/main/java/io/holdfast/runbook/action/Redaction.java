package io.holdfast.runbook.action;

import io.holdfast.problem.Secret;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Takes secrets out of a text: each whole, and each line of one that has several, since texts are often told line by line;
 * both also as a URL, JSON, SQL, XML, base64 or hexadecimal digits spell them.
 */
public final class Redaction {

    public static final Redaction NONE = new Redaction(Set.of(), Set.of());

    private static final String REDACTED = "[REDACTED]";

    /** A shorter line of a longer secret, or spelling of a secret, would hide half of the text, and give nothing away. */
    private static final int SHORTEST_LINE = 6;

    /** Of other spellings nearly every letter is a beginning; fewer of them at the end of a cut text give nothing away. */
    private static final int SHORTEST_BEGINNING = 4;

    private final Set<String> words;
    private final Set<String> spellings;

    private Redaction(Set<String> words, Set<String> spellings) {
        this.words = Set.copyOf(words);
        this.spellings = Set.copyOf(spellings);
    }

    public static Redaction of(Collection<Secret> secrets) {
        var all = NONE;
        for (var secret : secrets) {
            all = all.with(secret);
        }
        return all;
    }

    public Redaction with(Secret secret) {
        var whole = secret.reveal();
        var moreWords = new HashSet<>(words);
        var moreSpellings = new HashSet<>(spellings);
        if (!whole.isEmpty()) {
            moreWords.add(whole);
        }
        Stream.concat(Stream.of(whole), whole.lines().map(String::strip))
                .filter(line -> line.length() >= SHORTEST_LINE)
                .forEach(line -> {
                    moreWords.add(line);
                    moreSpellings.addAll(Spellings.of(line));
                });
        moreSpellings.removeAll(moreWords);
        return new Redaction(moreWords, moreSpellings);
    }

    public String of(String text) {
        return shown(text, hidden(text));
    }

    /** The same for a text that was cut off: where it ends as a secret begins, that beginning goes, too. */
    public String ofCut(String text) {
        // The cut may have gone through a character.
        var end = text.endsWith("\uFFFD") ? text.length() - 1 : text.length();
        var hidden = hidden(text);
        int from = Stream.concat(
                        words.stream().map(word -> beginning(word, text, end)),
                        spellings.stream()
                                .map(word -> beginning(word, text, end))
                                .filter(at -> at <= end - SHORTEST_BEGINNING))
                .reduce(end, Math::min);
        if (from < end) {
            hidden.set(from, text.length());
        }
        return shown(text, hidden);
    }

    /** From where on a text, up to its end, is how a word begins; the end if it is nowhere. */
    private static int beginning(String word, String text, int end) {
        var from = Math.max(0, end - word.length());
        while (from < end && !word.startsWith(text.substring(from, end))) {
            from++;
        }
        return from;
    }

    /** Secrets may begin with, or lie across, one another: of none of them anything may stay. */
    private BitSet hidden(String text) {
        var hidden = new BitSet(text.length());
        for (var word : Stream.concat(words.stream(), spellings.stream()).toList()) {
            for (var at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
                hidden.set(at, at + word.length());
            }
        }
        return hidden;
    }

    private static String shown(String text, BitSet hidden) {
        var shown = new StringBuilder();
        var at = 0;
        while (at < text.length()) {
            if (hidden.get(at)) {
                shown.append(REDACTED);
                at = hidden.nextClearBit(at);
            } else {
                var end = hidden.nextSetBit(at);
                shown.append(text, at, end < 0 ? text.length() : end);
                at = end < 0 ? text.length() : end;
            }
        }
        return shown.toString();
    }
}
