package io.holdfast.cli.check;

import io.holdfast.problem.HoldfastException;
import io.holdfast.repository.key.KeyEntry;
import io.holdfast.repository.key.KeyInventory;
import io.holdfast.repository.key.kms.KmsSettings;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Whether all that opens the repository is a key of AWS KMS that lives in one region, which may be the one that fails. Keys tell their
 * regions; where the database is, nobody tells but this host's environment.
 */
final class KeyRegionChecks {

    private static final String CODE = "check.kms-region";
    private static final String MULTI_REGION = ":key/mrk-";

    private final KeyRegions known;
    private final Findings findings;

    KeyRegionChecks(KeyRegions known, Findings findings) {
        this.known = known;
        this.findings = findings;
    }

    void run(KeyInventory inventory) {
        var working = inventory.working();
        var kept = working.stream().filter(key -> key.kmsKey().isPresent()).toList();
        if (kept.isEmpty()) {
            return;
        }
        if (kept.size() < working.size()) {
            findings.passed(
                    CODE,
                    "if KMS does not answer, another key opens the repository: %s"
                            .formatted(working.stream()
                                    .filter(key -> key.kmsKey().isEmpty())
                                    .map(KeyRegionChecks::name)
                                    .collect(Collectors.joining(", "))));
            return;
        }
        try {
            var regions = new TreeSet<String>();
            kept.forEach(key -> regions.addAll(regions(key)));
            judge(inventory, regions);
        } catch (HoldfastException e) {
            findings.unknown(
                    CODE,
                    "whether the multi-Region KMS key has a replica is not known: " + e.getMessage(),
                    "give this identity kms:DescribeKey of the key");
        }
    }

    /** The first letters of its id tell a multi-Region key; only the service knows whether it has a replica. */
    private Set<String> regions(KeyEntry key) {
        var arn = key.kmsKey().orElseThrow();
        return known.ofKey()
                .filter(_ -> key.inUse() && arn.contains(MULTI_REGION))
                .map(asked -> asked.get())
                .orElseGet(() -> KmsSettings.regionOf(arn).map(Set::of).orElseGet(Set::of));
    }

    private void judge(KeyInventory inventory, SortedSet<String> regions) {
        if (regions.size() != 1) {
            findings.passed(CODE, "the KMS key that opens the repository lives in " + String.join(" and ", regions));
            return;
        }
        var region = regions.first();
        var apart = isElsewhere(known.bucket(), region) && isElsewhere(known.host(), region);
        var message = "all that opens the repository is a KMS key in %s, which lives in no other region%s"
                .formatted(region, beside(region));
        if (!inventory.confirmedSheets().isEmpty()) {
            findings.notice(
                    CODE,
                    message,
                    "if the region fails, the confirmed recovery sheet is the only key that is left: know who can get at it");
        } else if (apart) {
            findings.passed(
                    CODE,
                    "the KMS key lives in %s, apart from the bucket in %s and this host in %s"
                            .formatted(
                                    region,
                                    known.bucket().orElseThrow(),
                                    known.host().orElseThrow()));
        } else {
            findings.warning(
                    CODE,
                    message,
                    "if the region fails, no backup can be read until it is back: add a key that does not need it with 'holdfast key add', replicate a"
                            + " multi-Region key to another region, or make and confirm a recovery sheet; where the database is,"
                            + " holdfast knows only as far as AWS_REGION says");
        }
    }

    private static boolean isElsewhere(Optional<String> place, String region) {
        return place.filter(found -> !found.equals(region)).isPresent();
    }

    private String beside(String region) {
        var bucket = known.bucket().filter(region::equals).isPresent();
        var host = known.host().filter(region::equals).isPresent();
        if (bucket && host) {
            return "; the bucket and this host are there, too";
        }
        if (bucket || host) {
            return bucket ? "; the bucket is there, too" : "; this host is there, too";
        }
        return "";
    }

    private static String name(KeyEntry key) {
        return "%s %s".formatted(key.kind(), key.label().isEmpty() ? key.key() : key.label());
    }
}
