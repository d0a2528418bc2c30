package io.holdfast.postgres.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConnectionUriTest {

    @Test
    void every_part_is_read_and_decoded() {
        var parameters = ConnectionUri.parse(
                "postgresql://us%40er:p%2Fw+d:x@db.example:6543/%C3%A4pfel?sslmode=verify-full&connect_timeout=3");

        assertThat(parameters)
                .containsEntry("user", "us@er")
                .containsEntry("password", "p/w+d:x")
                .containsEntry("host", "db.example")
                .containsEntry("port", "6543")
                .containsEntry("dbname", "äpfel")
                .containsEntry("sslmode", "verify-full")
                .containsEntry("connect_timeout", "3");
    }

    @Test
    void every_part_may_be_missing() {
        assertThat(ConnectionUri.parse("postgres://")).isEmpty();
        assertThat(ConnectionUri.parse("postgresql:///orders")).containsOnlyKeys("dbname");
    }

    @Test
    void an_ipv6_address_stands_in_brackets() {
        assertThat(ConnectionUri.parse("postgresql://[::1]:5433"))
                .containsEntry("host", "::1")
                .containsEntry("port", "5433");
    }

    @Test
    void a_socket_folder_is_given_encoded_or_as_a_parameter() {
        assertThat(ConnectionUri.parse("postgresql://%2Fvar%2Frun/x")).containsEntry("host", "/var/run");
        assertThat(ConnectionUri.parse("postgresql:///x?host=/var/run")).containsEntry("host", "/var/run");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "mysql://u:hunter2@h/d",
                "postgresql://u:hunter2%zz@h",
                "postgresql://u:hunter2@[::1",
                "postgresql://u:hunter2@h/d?sslmode",
                "postgresql://u:hunter2@h/d?sslmood=require"
            })
    void what_makes_no_sense_is_refused_without_repeating_the_password(String uri) {
        assertThatThrownBy(() -> ConnectionUri.parse(uri))
                .isInstanceOf(InvalidConnectionException.class)
                .hasMessageNotContaining("hunter2");
    }
}
