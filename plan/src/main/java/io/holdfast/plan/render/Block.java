package io.holdfast.plan.render;

import java.util.List;

/** A piece of a document. In texts, {@code `code`} stands for itself; everything else is literal. */
sealed interface Block {

    /** From level 1, the title. */
    record Heading(int level, String text) implements Block {}

    record Paragraph(String text) implements Block {}

    /** A word in bold, and what it is. */
    record Fact(String name, String text) implements Block {}

    record Bullets(List<Fact> facts) implements Block {

        public Bullets {
            facts = List.copyOf(facts);
        }
    }

    /** A step: its number, what it is called, and what it does. */
    record Numbered(String number, String title, List<String> lines) implements Block {

        public Numbered {
            lines = List.copyOf(lines);
        }
    }

    record Ticks(List<String> items) implements Block {

        public Ticks {
            items = List.copyOf(items);
        }
    }

    record Table(List<String> columns, List<List<String>> rows) implements Block {

        public Table {
            columns = List.copyOf(columns);
            rows = List.copyOf(rows);
        }
    }

    /** Taken as it is; {@code language} may be empty. */
    record Code(String language, String text) implements Block {}

    /** A line across. */
    record Divider() implements Block {}
}
