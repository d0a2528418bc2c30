package io.holdfast.postgres.cluster;

import io.holdfast.problem.Secret;
import java.util.Optional;

/** Where a password comes from. It is asked at every connect, so a password changed in a file is seen. */
public sealed interface PasswordSource permits PasswordSource.None, PasswordSource.Given, PasswordFile {

    Optional<Secret> find(ServerAddress address, String database, String user);

    static PasswordSource none() {
        return new None();
    }

    static PasswordSource given(Secret password) {
        return new Given(password);
    }

    /** No password: peer, trust or certificate authentication. */
    record None() implements PasswordSource {

        @Override
        public Optional<Secret> find(ServerAddress address, String database, String user) {
            return Optional.empty();
        }
    }

    record Given(Secret password) implements PasswordSource {

        @Override
        public Optional<Secret> find(ServerAddress address, String database, String user) {
            return Optional.of(password);
        }
    }
}
