package io.holdfast.demo;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.holdfast.problem.HoldfastException;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;

/** The rules of the house that a compiler does not know, over all modules at once: this one sees them all. */
@AnalyzeClasses(packages = "io.holdfast", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {

    /** Where a program begins and real time, sleeping and the terminal are handed to the rest. */
    private static final String[] COMPOSITION_ROOTS = {
        "io.holdfast.cli..", "io.holdfast.demo..", "io.holdfast.testkit.."
    };

    @ArchTest
    static final ArchRule problem_uses_no_other_module = module("problem")
            .because("it lies below everything, so that everything can say what went wrong in the same way");

    @ArchTest
    static final ArchRule embedded_uses_only_problem =
            module("embedded", "problem").because("starting a server needs to know nothing of backups");

    @ArchTest
    static final ArchRule repository_uses_only_problem = module("repository", "problem")
            .because("what is stored must stay readable without PostgreSQL and without a server");

    @ArchTest
    static final ArchRule plan_uses_only_problem =
            module("plan", "problem").because("a plan is read and checked where nothing that it speaks of is");

    @ArchTest
    static final ArchRule runbook_uses_only_floors_below = module(
                    "runbook", "plan", "repository", "embedded", "problem")
            .because("a run does not know what its actions work on");

    @ArchTest
    static final ArchRule runs_do_not_need_a_repository = noClasses()
            .that(resideInAnyPackage("io.holdfast.runbook.."))
            .and(not(resideInAnyPackage("io.holdfast.runbook.evidence..", "io.holdfast.runbook.publication..")))
            .should()
            // How AWS is connected to reaches no repository: secrets of a plan are read as its store is.
            .dependOnClassesThat(resideInAnyPackage("io.holdfast.repository..")
                    .and(not(resideInAnyPackage("io.holdfast.repository.aws.."))))
            .because("a recovery goes on while the repository cannot be reached");

    @ArchTest
    static final ArchRule postgres_uses_only_floors_below = module(
                    "postgres", "runbook", "plan", "repository", "embedded", "problem")
            .because("the engine runs without a command line");

    @ArchTest
    static final ArchRule cli_does_not_use_the_demo = module(
                    "cli", "postgres", "runbook", "plan", "repository", "embedded", "problem")
            .because("the product must not need the application that it is shown with");

    @ArchTest
    static final ArchRule testkit_is_for_tests = noClasses()
            .that(not(resideInAnyPackage("io.holdfast.testkit..")))
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.holdfast.testkit..")
            .because("a disk that loses power has no place in the product");

    @ArchTest
    static final ArchRule packages_have_no_cycles = slices().matching("io.holdfast.(**)")
            .should()
            .beFreeOfCycles()
            .because("packages in a cycle can only be understood together");

    @ArchTest
    static final ArchRule time_is_handed_in = noClasses()
            .that(not(resideInAnyPackage(COMPOSITION_ROOTS)))
            .should()
            .callMethod(Instant.class, "now")
            .orShould()
            .callMethod(LocalDate.class, "now")
            .orShould()
            .callMethod(LocalDateTime.class, "now")
            .orShould()
            .callMethod(OffsetDateTime.class, "now")
            .orShould()
            .callMethod(ZonedDateTime.class, "now")
            .orShould()
            .callMethod(Clock.class, "systemUTC")
            .orShould()
            .callMethod(Clock.class, "systemDefaultZone")
            .orShould()
            .callMethod(System.class, "currentTimeMillis")
            .because("a test must be able to set the clock: take an InstantSource");

    @ArchTest
    static final ArchRule sleeping_is_handed_in = noClasses()
            .that(not(resideInAnyPackage(COMPOSITION_ROOTS)))
            .should()
            .callMethod(Thread.class, "sleep", long.class)
            .orShould()
            .callMethod(Thread.class, "sleep", java.time.Duration.class)
            .orShould()
            .callMethod(java.util.concurrent.TimeUnit.class, "sleep", long.class)
            .because("a test must not wait: take the sleeping as a parameter, or wait on a condition with a limit");

    @ArchTest
    static final ArchRule packages_are_named_for_what_they_hold = noClasses()
            .should()
            .resideInAnyPackage(
                    "..util..",
                    "..utils..",
                    "..common..",
                    "..core..",
                    "..impl..",
                    "..manager..",
                    "..helper..",
                    "..helpers..",
                    "..misc..")
            .because("a package is found by the word of the domain that it is about");

    @ArchTest
    static final ArchRule logging_is_slf4j = noClasses()
            // java.sql.DataSource has a method that names the type; it is answered with a refusal.
            .that()
            .doNotHaveSimpleName("SimpleSource")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("java.util.logging..", "org.apache.commons.logging..", "org.apache.log4j..")
            .because("one log has one form and one switch");

    @ArchTest
    static final ArchRule only_composition_roots_know_the_terminal = noClasses()
            .that(not(resideInAnyPackage(COMPOSITION_ROOTS)))
            .should()
            .accessField(System.class, "out")
            .orShould()
            .accessField(System.class, "err")
            .because("stdout is the result of a command, which only the command knows");

    @ArchTest
    static final ArchRule problems_have_a_code_a_kind_and_a_hint = classes()
            .that()
            .areAssignableTo(RuntimeException.class)
            .and()
            .resideOutsideOfPackage("io.holdfast.testkit..")
            // Never leaves its class: it takes a walk of files out of a loop when a copier has failed.
            .and()
            .doNotHaveSimpleName("StoppedException")
            // Nor does this one: it takes a body that broke off from the SDK's callback to where requests are tried
            // again.
            .and()
            .doNotHaveSimpleName("BrokenBodyException")
            // Nor does this one leave the clients of AWS: only what the SDK knows passes through it, and what explains
            // its
            // failures makes a problem of it.
            .and()
            .doNotHaveSimpleName("RoleException")
            // Nor do these leave the engine of runs: they end what a thread does for a run that is somebody else's by
            // now,
            // that gives way, that waits for a person, or that has failed, all of which the record of the run says.
            .and()
            .doNotHaveSimpleName("SupersededException")
            .and()
            .doNotHaveSimpleName("GivesWayException")
            .and()
            .doNotHaveSimpleName("ParkedException")
            .and()
            .doNotHaveSimpleName("FailedRunException")
            .should()
            .beAssignableTo(HoldfastException.class)
            .because("whoever reads one must learn what to do, and a script what kind it is");

    @ArchTest
    static final ArchRule checked_exceptions_are_not_made_here = noClasses()
            .that()
            .areNotAssignableTo(RuntimeException.class)
            // What the JDK should have: the file systems of java.nio know no exception for a full disk.
            .and()
            .doNotHaveSimpleName("NoSpaceException")
            // Becomes the reason of a failed step in the one place that catches it, and must be caught.
            .and()
            .doNotHaveSimpleName("UnresolvedException")
            .should()
            .beAssignableTo(Exception.class)
            .because("an expected outcome is a value, and a surprise is a HoldfastException");

    @ArchTest
    static final ArchRule the_driver_is_used_by_the_engine = onlyIn(
                    "org.postgresql..", "io.holdfast.postgres..", "io.holdfast.runbook..", "io.holdfast.demo..")
            .because("its traps are known and tested in one module; the demo's own application is a plain client");

    @ArchTest
    static final ArchRule picocli_is_used_by_commands = onlyIn("picocli..", "io.holdfast.cli..", "io.holdfast.demo..")
            .because("what a command does must be usable without a command line");

    @ArchTest
    static final ArchRule yaml_is_what_people_write = onlyIn(
                    "tools.jackson.dataformat.yaml..", "io.holdfast.cli..", "io.holdfast.plan..")
            .because("only what people write is YAML; what programs write is JSON or bytes with a specification");

    @ArchTest
    static final ArchRule logback_is_set_up_by_the_command_line = onlyIn("ch.qos.logback..", "io.holdfast.cli..")
            .because("everything else logs through SLF4J and does not know who listens");

    /** The classes of one module use, of ours, only their own and those of the modules named after it. */
    private static ArchRule module(String name, String... below) {
        var allowed = new String[below.length + 1];
        allowed[0] = "io.holdfast." + name + "..";
        for (var i = 0; i < below.length; i++) {
            allowed[i + 1] = "io.holdfast." + below[i] + "..";
        }
        return noClasses()
                .that()
                .resideInAPackage(allowed[0])
                .should()
                .dependOnClassesThat(resideInAnyPackage("io.holdfast..").and(not(resideInAnyPackage(allowed))));
    }

    private static ArchRule onlyIn(String library, String... packages) {
        return noClasses()
                .that(not(resideInAnyPackage(packages)))
                .should()
                .dependOnClassesThat()
                .resideInAPackage(library);
    }
}
