package io.holdfast.postgres.cluster;

/**
 * A server's version as {@code server_version_num} gives it: 180004 is 18.4.
 *
 * @param number major x 10000 + minor
 */
public record ServerVersion(int number) implements Comparable<ServerVersion> {

    public int major() {
        return number / 10000;
    }

    public boolean isAtLeast(int major) {
        return major() >= major;
    }

    @Override
    public int compareTo(ServerVersion other) {
        return Integer.compare(number, other.number);
    }

    @Override
    public String toString() {
        return major() + "." + number % 10000;
    }
}
