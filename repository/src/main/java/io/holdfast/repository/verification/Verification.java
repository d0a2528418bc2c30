package io.holdfast.repository.verification;

import io.holdfast.repository.Repository;
import io.holdfast.repository.frame.DamagedObjectException;
import io.holdfast.repository.frame.NewerFormatException;
import io.holdfast.repository.key.KeyException;
import io.holdfast.repository.store.ObjectMissingException;
import io.holdfast.repository.store.StoredObject;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.Executors;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One verification of a repository: reads every object that was not read before, and of the others those that were looked at
 * longest ago. Only reads.
 */
public final class Verification {

    private static final Logger LOG = LoggerFactory.getLogger(Verification.class);

    /** Checked whenever a repository is opened; not sealed. */
    private static final Pattern OF_THE_ROOT = Pattern.compile("repository|(key|epoch|key-mark)/.+");

    private static final Duration BETWEEN_WRITES = Duration.ofMinutes(1);

    private final Repository repository;
    private final KnownObjects known;
    private final Request request;
    private final VerificationProgress progress;
    private final InstantSource clock;

    /**
     * How much to read.
     *
     * @param everything also what was read before
     * @param again what part of that is read in any case, 0 to 1
     * @param jobs objects that are read at once
     */
    public record Request(boolean everything, double again, int jobs) {}

    public Verification(
            Repository repository,
            KnownObjects known,
            Request request,
            VerificationProgress progress,
            InstantSource clock) {
        this.repository = repository;
        this.known = known;
        this.request = request;
        this.progress = progress;
        this.clock = clock;
    }

    /**
     * Runs to the end. What was found sound is remembered even if this is interrupted or fails.
     *
     * @throws io.holdfast.problem.HoldfastException if the repository cannot be read, which says nothing of what is in it
     */
    public VerificationReport run() throws InterruptedException {
        repository.refreshKeys();
        var objects = list();
        var chosen = choose(objects);
        long again = chosen.stream()
                .filter(object -> known.lookedAt(object).isPresent())
                .count();
        progress.expected(chosen.size(), bytes(chosen));
        List<Damage> found;
        try {
            found = read(chosen);
        } finally {
            known.keepOnly(objects);
            known.write();
        }
        var loss = new Loss(repository, objects.stream().map(StoredObject::key).collect(Collectors.toSet()), found);
        var lost = loss.find();
        return new VerificationReport(
                objects.size(),
                bytes(objects),
                chosen.size(),
                bytes(chosen),
                again,
                loss.damages(),
                lost,
                loss.unusable());
    }

    private static long bytes(List<StoredObject> objects) {
        return objects.stream().mapToLong(StoredObject::size).sum();
    }

    private List<StoredObject> list() {
        try (var objects = repository.store().list()) {
            return objects.filter(
                            object -> !OF_THE_ROOT.matcher(object.key().text()).matches())
                    .toList();
        }
    }

    private List<StoredObject> choose(List<StoredObject> objects) {
        var chosen = new ArrayList<StoredObject>();
        var before = new ArrayList<StoredObject>();
        objects.forEach(
                object -> (isAlwaysRead(object) || known.lookedAt(object).isEmpty() ? chosen : before).add(object));
        before.sort(Comparator.comparing(object -> known.lookedAt(object).orElseThrow()));
        int again = request.everything() ? before.size() : (int) Math.ceil(before.size() * request.again());
        chosen.addAll(before.subList(0, again));
        return chosen;
    }

    /** Small, and what everything else is found by: read by every run. */
    private static boolean isAlwaysRead(StoredObject object) {
        return object.key().text().startsWith("manifest/")
                || object.key().text().startsWith("generation/");
    }

    private List<Damage> read(List<StoredObject> objects) throws InterruptedException {
        var found = new ArrayList<Damage>();
        try (var threads = Executors.newFixedThreadPool(request.jobs())) {
            var results = new ExecutorCompletionService<Looked>(threads);
            objects.forEach(object -> results.submit(() -> look(object)));
            try {
                long written = System.nanoTime();
                for (int n = 0; n < objects.size(); n++) {
                    remember(results.take().get(), found);
                    if (System.nanoTime() - written > BETWEEN_WRITES.toNanos()) {
                        // A process that is killed has not read for nothing.
                        known.write();
                        written = System.nanoTime();
                    }
                }
            } catch (ExecutionException e) {
                threads.shutdownNow();
                throw e.getCause() instanceof RuntimeException problem ? problem : new IllegalStateException(e);
            } catch (InterruptedException e) {
                threads.shutdownNow();
                throw e;
            }
        }
        return found;
    }

    private record Looked(StoredObject object, boolean present, Optional<Damage> damage) {}

    private void remember(Looked looked, List<Damage> found) {
        progress.advanced(looked.object().size());
        if (looked.damage().isPresent()) {
            known.damaged(looked.object());
            found.add(looked.damage().get());
        } else if (looked.present()) {
            known.sound(looked.object(), clock.instant());
        }
    }

    /** What looks damaged is read again: it may have been changed on its way. */
    private Looked look(StoredObject object) {
        var looked = lookOnce(object);
        if (looked.damage().isEmpty()) {
            return looked;
        }
        var again = lookOnce(object);
        if (again.present() && again.damage().isEmpty()) {
            LOG.warn("bytes changed on their way, and were read again object={}", object.key());
        }
        return again;
    }

    private Looked lookOnce(StoredObject object) {
        try {
            var damaged = repository.objects().verify(object.key(), _ -> {});
            return new Looked(
                    object, true, damaged.isEmpty() ? Optional.empty() : Optional.of(Damage.of(object.key(), damaged)));
        } catch (DamagedObjectException | NewerFormatException e) {
            return new Looked(object, true, Optional.of(Damage.whole(object.key(), String.valueOf(e.getMessage()))));
        } catch (KeyException e) {
            if (!repository.objects().isOfTheObject(e)) {
                // Ours opens older epochs only: it says nothing of what it cannot open.
                throw e;
            }
            return new Looked(object, true, Optional.of(Damage.whole(object.key(), "it names a key that never was")));
        } catch (ObjectMissingException _) {
            // A keeper has removed it since it was listed.
            return new Looked(object, false, Optional.empty());
        }
    }
}
