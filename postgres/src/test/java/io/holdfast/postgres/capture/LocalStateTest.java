package io.holdfast.postgres.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.postgres.archive.GapReason;
import io.holdfast.testkit.PowerFailureDisk;
import io.holdfast.testkit.SettableTime;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class LocalStateTest {

    private static final Path FOLDER = Path.of("/state");
    private static final WantedBackup WANTED =
            new WantedBackup(GapReason.SPOOL_FULL, Instant.parse("2026-01-15T23:59:59.250Z"));

    @Test
    void a_folder_that_cannot_be_made_is_named() {
        var disk = PowerFailureDisk.strict(SettableTime.nearMidnight()).writeProtected(true);

        assertThatThrownBy(() -> new LocalState(disk, FOLDER))
                .isInstanceOf(CaptureException.class)
                .hasMessageStartingWith("the state folder '/state' cannot be used: ");
    }

    @Test
    void a_wish_that_found_no_room_counts_and_a_power_failure_forgets_it() {
        var disk = PowerFailureDisk.strict(SettableTime.nearMidnight());
        var local = new LocalState(disk, FOLDER);
        disk.noSpaceAfter(10);

        assertThatThrownBy(() -> local.wantBackup(WANTED))
                .isInstanceOf(SpoolException.class)
                .hasMessage("no space left for the spool '/state'");

        assertThat(local.wantedBackup()).contains(WANTED);
        disk.powerCut();
        assertThat(new LocalState(disk, FOLDER).wantedBackup()).isEmpty();
    }

    @Test
    void a_wish_is_durable_once_there_is_room_until_it_is_answered() {
        var disk = PowerFailureDisk.strict(SettableTime.nearMidnight());
        var local = new LocalState(disk, FOLDER);
        disk.noSpaceAfter(10);
        assertThatThrownBy(() -> local.wantBackup(WANTED)).isInstanceOf(SpoolException.class);
        disk.noSpaceAfter(100_000);

        local.writeWhatWaits();
        disk.powerCut();

        var later = new LocalState(disk, FOLDER);
        assertThat(later.wantedBackup()).contains(WANTED);
        later.backupTaken(WANTED);
        disk.powerCut();
        assertThat(new LocalState(disk, FOLDER).wantedBackup()).isEmpty();
    }

    @Test
    void a_backup_answers_only_the_wish_that_was_there_when_it_began() {
        var disk = PowerFailureDisk.strict(SettableTime.nearMidnight());
        var local = new LocalState(disk, FOLDER);
        var later = new WantedBackup(GapReason.SPOOL_FULL, WANTED.since().plusNanos(1000));
        local.wantBackup(WANTED);

        // In another process, which knows nothing of the first one's memory.
        var byHand = new BackupWishes(StateFiles.create(disk, FOLDER));
        var answered = byHand.newest().orElseThrow();
        local.wantBackup(later);
        byHand.answered(answered);

        assertThat(local.wantedBackup()).contains(later);
        byHand.answered(later);
        assertThat(local.wantedBackup()).isEmpty();
    }

    @Test
    void wishes_do_not_pile_up() {
        var disk = PowerFailureDisk.strict(SettableTime.nearMidnight());
        var local = new LocalState(disk, FOLDER);

        for (int i = 0; i < 20; i++) {
            local.wantBackup(
                    new WantedBackup(GapReason.SLOT_LOST, WANTED.since().plusSeconds(i)));
        }

        assertThat(disk.list(FOLDER))
                .filteredOn(entry -> entry.name().startsWith("backup-wanted"))
                .hasSize(1);
    }

    @Test
    void room_is_reserved_for_what_has_to_be_said_on_a_full_disk() {
        var disk = PowerFailureDisk.strict(SettableTime.nearMidnight());

        var local = new LocalState(disk, FOLDER);
        local.writeWhatWaits();

        assertThat(disk.find(FOLDER.resolve("reserve")).orElseThrow().size()).isEqualTo(64 * 1024);
    }
}
