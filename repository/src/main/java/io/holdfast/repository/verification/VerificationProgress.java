package io.holdfast.repository.verification;

/** Is told how a verification gets on. Called from several threads; must be quick. */
public interface VerificationProgress {

    VerificationProgress NONE = new VerificationProgress() {
        @Override
        public void expected(long objects, long bytes) {}

        @Override
        public void advanced(long bytes) {}
    };

    /** What will be read. */
    void expected(long objects, long bytes);

    /** So many more bytes were read. */
    void advanced(long bytes);
}
