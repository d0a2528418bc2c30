package io.holdfast.repository.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.testkit.ObjectStoreContract;
import io.holdfast.testkit.PowerFailureDisk;
import io.holdfast.testkit.SettableTime;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class FilesystemStoreWithoutHardLinksTest extends ObjectStoreContract {

    private final SettableTime time = SettableTime.nearMidnight();

    @Override
    protected ObjectStore openEmptyStore() {
        var disk = PowerFailureDisk.strict(time).withoutHardLinks();
        return FilesystemStore.create(disk, Path.of("/mnt/stick"), time);
    }

    /** A rename replaces what is there, so the look before it can come too early: the capability is not declared. */
    @Test
    @Override
    protected void of_many_racing_creators_exactly_one_wins() {
        assertThat(store().capabilities()).containsExactly(Capability.CONSISTENT_LISTING);
    }
}
