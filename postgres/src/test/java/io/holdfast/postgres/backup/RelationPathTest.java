package io.holdfast.postgres.backup;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.repository.manifest.FilePath;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RelationPathTest {

    private static SourceFile source(String path) {
        var name = path.substring(path.lastIndexOf('/') + 1);
        return new SourceFile(new FilePath(path), Path.of("/", path), 0600, 0, 0, RelationFile.of(name));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "data/base/5/4294967295",
                "data/base/4294967295/1",
                "data/global/1262_fsm",
                "tablespace/16384/PG_18_202506291/5/16385.1"
            })
    void is_that_of_a_relation(String path) {
        assertThat(RelationPath.of(source(path))).isPresent();
    }

    /** Somebody's files, which the server does not look at. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "data/base/5/4294967296",
                "data/base/9999999999/1",
                "data/global/9999999999",
                "tablespace/9999999999/PG_18_202506291/5/1",
                "tablespace/16384/PG_18_202506291/9999999999/1"
            })
    void numbers_beyond_those_of_relations_are_names_like_others(String path) {
        assertThat(RelationPath.of(source(path))).isEqualTo(Optional.empty());
    }
}
