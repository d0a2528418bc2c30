package io.holdfast.repository.store.s3;

import io.holdfast.repository.store.ObjectStore;
import io.holdfast.testkit.ObjectStoreContract;
import io.holdfast.testkit.programs.NeedsS3Server;
import io.holdfast.testkit.programs.S3Server;
import java.util.Random;

/** Against SeaweedFS, whose listings are not in the order of keys; with pages so small that a few objects fill several. */
@NeedsS3Server
class S3StoreIT extends ObjectStoreContract {

    @Override
    protected int effort(int usual) {
        return Boolean.getBoolean("holdfast.torture") ? usual : usual / 4 + 1;
    }

    @Override
    protected ObjectStore openEmptyStore() {
        return S3Store.openWithPages(S3Server.get().settings(), Thread::sleep, new Random(), 3);
    }
}
