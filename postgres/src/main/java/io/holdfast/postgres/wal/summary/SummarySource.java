package io.holdfast.postgres.wal.summary;

import java.io.IOException;
import java.util.List;

/** From where summaries are read. */
sealed interface SummarySource permits SummaryFiles, SummaryFunctions {

    SummaryOutcome.Source kind();

    /** Those that there are at this moment. */
    List<SummaryName> names() throws IOException;

    /**
     * Hands over one of them; the number of bytes read from its file.
     *
     * @throws InvalidSummaryException if it is damaged; what the sink has is then worth nothing
     */
    long read(SummaryName name, BlockSink sink) throws IOException;
}
