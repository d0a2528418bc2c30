package io.holdfast.cli;

import io.holdfast.plan.yaml.NearestName;
import io.holdfast.problem.HoldfastException;
import io.holdfast.problem.ProblemKind;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;

/** Options that do not make sense as written. Nothing was touched. */
final class UsageException extends HoldfastException {

    private static final long serialVersionUID = 1;

    private UsageException(String message, String hint) {
        super(message, hint);
    }

    static UsageException notABackup(String text) {
        return new UsageException(
                "not a backup: '%s'".formatted(text), "'holdfast info' lists the backups that there are");
    }

    static UsageException notAnObject(String text) {
        return new UsageException(
                "not the name of an object: '%s'".formatted(text), "write it as the message that named it does");
    }

    static UsageException notAKey(String text) {
        return new UsageException(
                "not the name of a key: '%s'".formatted(text), "'holdfast key list' shows those that there are");
    }

    static UsageException verification() {
        return new UsageException(
                "not how a repository is verified: a percentage or a number of jobs is out of range",
                "--again takes 0 to 100, --jobs 1 to 256");
    }

    static UsageException shortLock(Duration given, Duration least) {
        return new UsageException(
                "s3.lock-pieces is %d minutes, and what says that a backup is being taken lives for %d hours"
                        .formatted(given.toMinutes(), least.toHours()),
                "give %dh or more: who removed it meanwhile could have what the backup needs removed"
                        .formatted(least.toHours()));
    }

    static UsageException ofOtherVerification(String option) {
        return new UsageException(
                "%s does not belong to this kind of verification".formatted(option),
                "with a backup it is restored and looked at, without one the objects of the repository are read: see 'holdfast verify --help'");
    }

    static UsageException noBackupToVerify() {
        return new UsageException("there is no backup to verify", "take one with 'holdfast backup'");
    }

    static UsageException noSheet() {
        return new UsageException(
                "there is nothing to import", "give --recovery-sheet FILE, or --recovery-sheet - to type it");
    }

    static UsageException notASystemIdentifier(String text) {
        return new UsageException(
                "not a system identifier: '%s'".formatted(text),
                "it is a number of about 19 digits: 'holdfast info' shows that of every generation");
    }

    static UsageException tablespaces(String text) {
        return new UsageException(
                "tablespaces cannot go to '%s'".formatted(text),
                "give --tablespaces original, or --tablespace-map for each, or neither: then they go beneath the directory");
    }

    static UsageException noPrograms(int major, List<Path> searched) {
        return new UsageException(
                "the programs postgres and pg_ctl of PostgreSQL %d are not found".formatted(major),
                "give --bin-directory DIR, the folder that holds them; searched: "
                        + searched.stream().map(Path::toString).collect(Collectors.joining(", ")));
    }

    static UsageException notPrograms(Path folder, int major) {
        return new UsageException(
                "'%s' does not hold the programs postgres and pg_ctl of PostgreSQL %d".formatted(folder, major),
                "give the folder of that version with --bin-directory, or leave it out to have it searched");
    }

    static UsageException exclusiveWithoutPosition() {
        return new UsageException(
                "--exclusive says nothing together with --to-name, --latest or --immediate",
                "use it with --to, --to-lsn or --to-xid");
    }

    static UsageException uploadBytes(String given) {
        return new UsageException("capture.upload-bytes is %s".formatted(given), "give a size from 8KiB to 64MiB");
    }

    static UsageException whatToCopy() {
        return new UsageException(
                "it takes backups or --all, and a place to copy to",
                "'holdfast copy latest --to LOCATION', with --wal for what follows it, or 'holdfast copy --all --to LOCATION', which may go on"
                        + " with --every; --jobs is at most 256");
    }

    static UsageException noMirrors() {
        return new UsageException(
                "the repository is in one place",
                "name others in repository.mirrors in the configuration file; --repository and HOLDFAST_REPOSITORY_PATH mean one place alone");
    }

    static UsageException mirrorOfItself(String location) {
        return new UsageException(
                "%s is named as its own mirror".formatted(location),
                "name other places in repository.mirrors: one that is counted twice makes no second copy");
    }

    static UsageException noBackupToCopy() {
        return new UsageException("there is no backup to copy", "take one with 'holdfast backup'");
    }

    static UsageException whatToHold() {
        return new UsageException(
                "what to hold is not said, or said twice", "give a backup, or --from-lsn and --to-lsn without one");
    }

    static UsageException nothingAsked(String run, String step) {
        return new UsageException(
                "run %s asks nothing at step '%s' now".formatted(run, step),
                "'holdfast runs show %s' says what it waits for".formatted(run));
    }

    static UsageException publishedWithoutTrust() {
        return new UsageException(
                "a published plan is taken only from owners whose key you give",
                "give --trust with the public key of an owner, from your own papers and not from the repository");
    }

    static UsageException notPublished() {
        return new UsageException(
                "--number and --trust are about the published plan, and the plan would be taken from a file",
                "give --published as well, or neither of them");
    }

    static UsageException noPlan() {
        return new UsageException(
                "where the plan is, is not said", "give --plan FILE, or set HOLDFAST_PLAN or 'plan' in holdfast.yaml");
    }

    static UsageException noSetting(String name, Collection<String> known) {
        return new UsageException(
                "there is no setting '%s'".formatted(name),
                NearestName.of(name, known)
                        .map("did you mean '%s'?"::formatted)
                        .orElse("docs/configuration.md lists every setting"));
    }

    static UsageException notADuration(String text) {
        return new UsageException("not a duration: '%s'".formatted(text), "write it as 12h or 30d");
    }

    @Override
    public String code() {
        return "cli.usage";
    }

    @Override
    public ProblemKind kind() {
        return ProblemKind.USAGE;
    }
}
