package io.holdfast.repository.copy;

/** Is told how a copy gets on. Called from several threads; must be quick. */
public interface CopyProgress {

    CopyProgress NONE = new CopyProgress() {
        @Override
        public void expected(String what, long objects, long bytes) {}

        @Override
        public void advanced(long bytes) {}

        @Override
        public void remark(String remark, String hint) {}
    };

    /** What is not there yet of a backup, or of WAL. */
    void expected(String what, long objects, long bytes);

    /** So many more bytes were copied. */
    void advanced(long bytes);

    /** Something that a person should know, and that keeps nothing from being copied. */
    void remark(String remark, String hint);
}
