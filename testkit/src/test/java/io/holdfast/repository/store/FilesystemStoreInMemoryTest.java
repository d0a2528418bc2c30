package io.holdfast.repository.store;

import io.holdfast.testkit.ObjectStoreContract;
import io.holdfast.testkit.PowerFailureDisk;
import io.holdfast.testkit.SettableTime;
import java.nio.file.Path;

/** The double keeps the contract as a real disk does; else what it proves about power failures would be worth little. */
class FilesystemStoreInMemoryTest extends ObjectStoreContract {

    private final SettableTime time = SettableTime.nearMidnight();

    @Override
    protected ObjectStore openEmptyStore() {
        return FilesystemStore.create(PowerFailureDisk.strict(time), Path.of("/srv/back up's"), time);
    }
}
