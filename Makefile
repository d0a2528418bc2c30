# The commands of a developer; each finds JDK 25 by build/find-jdk.

.PHONY: test torture bench dist package-test format clean

# Every check and test, and at the end what did not run and why.
test:
	@build/test

# Random lives of clusters for ten minutes, or MINUTES=n, and every other test that can go on for longer.
torture:
	@build/torture $(MINUTES)

# Backups and restores in figures, beside pgbackrest when there is one, then runs: docs/performance.md.
bench:
	@build/bench

# What is installed: an archive and a Debian package with a run-time image of their own, in target/dist.
dist:
	@build/dist

# The Debian package, installed and used as docs/install.md says, on a Debian of its own; as root.
package-test: dist
	@build/package-test

# Formats the Java sources as the build demands it.
format:
	@JAVA_HOME="$$(build/find-jdk)" mvn --batch-mode --quiet spotless:apply

clean:
	@JAVA_HOME="$$(build/find-jdk)" mvn --batch-mode --quiet clean
	@rm -rf .holdfast
