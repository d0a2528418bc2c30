package io.holdfast.repository.store;

import io.holdfast.repository.disk.Disk;
import io.holdfast.repository.disk.DurableFile;
import io.holdfast.repository.disk.ReadableFile;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** A disk used as by code that forgets to force: what a store on it loses, the crash loops must notice. */
record NegligentDisk(Disk disk, NoForce negligence) implements Disk {

    @Override
    public void createDirectories(Path folder) {
        disk.createDirectories(folder);
    }

    @Override
    public DurableFile create(Path file) {
        var created = disk.create(file);
        return negligence == NoForce.OF_FILES ? new NegligentFile(created) : created;
    }

    @Override
    public DurableFile append(Path file) {
        return disk.append(file);
    }

    @Override
    public ReadableFile open(Path file) {
        return disk.open(file);
    }

    @Override
    public void link(Path file, Path name) {
        disk.link(file, name);
    }

    @Override
    public void move(Path from, Path to) {
        disk.move(from, to);
    }

    @Override
    public void delete(Path file) {
        disk.delete(file);
    }

    @Override
    public void touch(Path file, Instant time) {
        disk.touch(file, time);
    }

    @Override
    public void forceDirectory(Path folder) {
        if (negligence != NoForce.OF_FOLDERS) {
            disk.forceDirectory(folder);
        }
    }

    @Override
    public Optional<Entry> find(Path path) {
        return disk.find(path);
    }

    @Override
    public List<Entry> list(Path folder) {
        return disk.list(folder);
    }

    @Override
    public long usableSpace(Path path) {
        return disk.usableSpace(path);
    }

    private record NegligentFile(DurableFile file) implements DurableFile {

        @Override
        public void write(ByteBuffer bytes) {
            file.write(bytes);
        }

        @Override
        public void truncate(long size) {
            file.truncate(size);
        }

        @Override
        public void force() {}

        @Override
        public long size() {
            return file.size();
        }

        @Override
        public int read(long offset, ByteBuffer target) {
            return file.read(offset, target);
        }

        @Override
        public void close() {
            file.close();
        }
    }
}
