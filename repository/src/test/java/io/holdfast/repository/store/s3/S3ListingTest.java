package io.holdfast.repository.store.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.repository.store.s3.S3Listing.Found;
import io.holdfast.repository.store.s3.S3Listing.Mark;
import io.holdfast.repository.store.s3.S3Listing.Page;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Listings of servers of both orders, page by page. */
class S3ListingTest {

    private static final Comparator<String> AMAZON = Comparator.naturalOrder();
    private static final Comparator<String> BY_NAMES = Comparator.comparing(S3ListingTest::bare);

    @Test
    void is_in_the_order_of_keys_whatever_the_order_and_the_pages_of_the_server() {
        for (var seed = 0; seed < 200; seed++) {
            var random = new Random(seed);
            var keys = randomKeys(random);
            for (var order : List.of(AMAZON, BY_NAMES)) {
                for (var size = 1; size <= 5; size++) {
                    assertThat(listed(keys, order, size, ""))
                            .describedAs("seed %d page %d", seed, size)
                            .containsExactlyElementsOf(keys);
                    var after = keys.stream()
                            .skip(random.nextInt(keys.size()))
                            .findFirst()
                            .orElseThrow();
                    assertThat(listed(keys, order, size, after))
                            .describedAs("seed %d page %d after %s", seed, size, after)
                            .containsExactlyElementsOf(keys.tailSet(after, false));
                }
            }
        }
    }

    private record At(String name) implements Mark {}

    private static NavigableSet<String> randomKeys(Random random) {
        var keys = new TreeSet<String>();
        IntStream.rangeClosed(0, random.nextInt(30)).forEach(_ -> {
            var parts = new ArrayList<String>();
            do {
                parts.add(
                        "a" + List.of("", "-", ".", "0", "-b", "a", "a-", ".b").get(random.nextInt(8)));
            } while (random.nextInt(3) > 0 && parts.size() < 4);
            keys.add(String.join("/", parts));
        });
        return keys;
    }

    private static List<String> listed(NavigableSet<String> keys, Comparator<String> order, int size, String after) {
        try (var listing = S3Listing.beneath(
                (folder, start, mark) -> page(keys, order, size, folder, start, mark), "shop/", "", after)) {
            return listing.map(object -> object.key().text()).toList();
        }
    }

    /** As a server answers: what lies beneath a folder is one entry, and both kinds of entries count. */
    private static Page page(
            NavigableSet<String> keys,
            Comparator<String> order,
            int size,
            String folder,
            String start,
            Optional<Mark> mark) {
        var all = new TreeSet<>(order.thenComparing(Comparator.naturalOrder()));
        for (var key : keys) {
            var whole = "shop/" + key;
            if (whole.startsWith(folder)) {
                var slash = whole.indexOf('/', folder.length());
                all.add(slash < 0 ? whole : whole.substring(0, slash + 1));
            }
        }
        var rest = all.stream()
                .filter(entry -> start.isEmpty() || mark.isPresent() || order.compare(entry, start) > 0)
                .filter(entry -> mark.isEmpty() || all.comparator().compare(entry, ((At) mark.get()).name()) > 0)
                .toList();
        var some = rest.subList(0, Math.min(size, rest.size()));
        return new Page(
                some.stream()
                        .filter(entry -> !entry.endsWith("/"))
                        .map(entry -> new Found(entry, 1, Instant.EPOCH))
                        .toList(),
                some.stream().filter(entry -> entry.endsWith("/")).toList(),
                some.size() < rest.size() ? Optional.of(new At(some.getLast())) : Optional.empty());
    }

    private static String bare(String entry) {
        return entry.endsWith("/") ? entry.substring(0, entry.length() - 1) : entry;
    }
}
