import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Element;

/**
 * Counts the tests of a build from its surefire and failsafe reports, names each that failed or did not run with the
 * reason, and ends with the line {@code N passed, N failed, N skipped}. What could not run at all is in a file
 * {@code target/not-run.txt}, a line each: those count as skipped, once, also where a report names them, too.
 *
 * <p>Arguments: the exit code of Maven. Ends with 0 only if that was 0 and nothing failed.
 */
final class TestSummary {

    private record Result(String test, Outcome outcome, String reason) {}

    private enum Outcome {
        PASSED,
        FAILED,
        NOT_RUN
    }

    public static void main(String[] arguments) throws Exception {
        var mavenEndedWell = arguments[0].equals("0");
        var results = new ArrayList<Result>();
        for (var report : files("target/{surefire,failsafe}-reports/TEST-*.xml")) {
            results.addAll(read(report));
        }
        for (var list : files("target/not-run.txt")) {
            Files.readAllLines(list).stream()
                    .filter(line -> !line.isBlank())
                    .map(TestSummary::notRun)
                    .filter(test -> results.stream().noneMatch(known -> known.test().equals(test.test())))
                    .forEach(results::add);
        }

        print("Not run:", results, Outcome.NOT_RUN);
        print("Failed:", results, Outcome.FAILED);
        var failed = count(results, Outcome.FAILED);
        if (!mavenEndedWell && failed == 0) {
            System.out.println("The build failed outside the tests: see the errors above or target/test.log");
            failed = 1;
        }
        System.out.printf(
                "%d passed, %d failed, %d skipped%n",
                count(results, Outcome.PASSED), failed, count(results, Outcome.NOT_RUN));
        System.exit(mavenEndedWell && failed == 0 ? 0 : 1);
    }

    /** From a test's name, a tab and a reason. The report of a class of which only some tests are not run says so, too. */
    private static Result notRun(String line) {
        var parts = line.strip().split("\t", 2);
        return new Result(parts[0], Outcome.NOT_RUN, parts.length > 1 ? parts[1] : "");
    }

    /** Those of the root and of each module whose path in there matches. */
    private static List<Path> files(String glob) throws IOException {
        var here = Path.of("");
        var inRoot = here.getFileSystem().getPathMatcher("glob:" + glob);
        var inModule = here.getFileSystem().getPathMatcher("glob:*/" + glob);
        try (Stream<Path> all = Files.find(here, 4, (path, _) -> inRoot.matches(path) || inModule.matches(path))) {
            return all.sorted().toList();
        }
    }

    private static List<Result> read(Path report) throws Exception {
        var results = new ArrayList<Result>();
        var cases = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(report.toFile())
                .getElementsByTagName("testcase");
        for (var i = 0; i < cases.getLength(); i++) {
            results.add(read((Element) cases.item(i)));
        }
        return results;
    }

    private static Result read(Element test) {
        var name = test.getAttribute("classname") + "." + test.getAttribute("name");
        for (var tag : List.of("failure", "error")) {
            if (test.getElementsByTagName(tag).item(0) instanceof Element failure) {
                return new Result(name, Outcome.FAILED, reason(failure));
            }
        }
        if (test.getElementsByTagName("skipped").item(0) instanceof Element skipped) {
            return new Result(name, Outcome.NOT_RUN, reason(skipped));
        }
        return new Result(name, Outcome.PASSED, "");
    }

    /** The reason stands in the attribute or, for an assumption, in the text after the name of its exception. */
    private static String reason(Element outcome) {
        return Stream.of(outcome.getAttribute("message"), outcome.getTextContent())
                .flatMap(String::lines)
                .map(String::strip)
                .map(line -> line.replaceFirst("^org\\.opentest4j\\.TestAbortedException: (Assumption failed: )?", ""))
                .filter(line -> !line.isEmpty())
                .findFirst()
                .orElse("no reason given");
    }

    private static long count(List<Result> results, Outcome outcome) {
        return results.stream().filter(result -> result.outcome() == outcome).count();
    }

    private static void print(String title, List<Result> results, Outcome outcome) {
        var some = results.stream().filter(result -> result.outcome() == outcome).toList();
        if (!some.isEmpty()) {
            System.out.println(title);
            some.forEach(result -> System.out.println(
                    "  " + result.test() + (result.reason().isEmpty() ? "" : ": " + result.reason())));
        }
    }
}
