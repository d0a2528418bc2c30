package io.holdfast.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.demo.Thief.Tally;
import io.holdfast.embedded.s3.S3User;
import io.holdfast.testkit.programs.NeedsS3Server;
import io.holdfast.testkit.programs.S3Server;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The demo can fail: what the thief achieves is counted as that. */
@NeedsS3Server
class ThiefIT {

    private static final String BUCKET = "robbed";

    @Test
    void what_succeeds_is_not_counted_as_refused() {
        S3Server.get().makeLockedBucket(BUCKET);
        var until = Instant.now().plus(Duration.ofHours(1)).truncatedTo(ChronoUnit.SECONDS);
        var owner = S3Server.get().requests();
        owner.send(
                "PUT",
                "/" + BUCKET + "/demo/locked",
                "",
                "x",
                Map.of(
                        "x-amz-object-lock-mode",
                        "GOVERNANCE",
                        "x-amz-object-lock-retain-until-date",
                        until.toString()));
        owner.put("/" + BUCKET + "/demo/open", "", "x");

        // With all permissions: only the lock stands in the way.
        var tallies = new Thief(S3Server.get().requestsOf(S3User.OWNER), BUCKET).attack();

        assertThat(tallies)
                .containsEntry("DELETE of a version", new Tally(2, 1))
                .containsEntry("a shorter lock", new Tally(1, 1))
                .containsEntry("DELETE", new Tally(2, 0))
                .containsEntry(Thief.PUT_OVER, new Tally(2, 0));
    }
}
