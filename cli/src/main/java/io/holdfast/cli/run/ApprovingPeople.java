package io.holdfast.cli.run;

import io.holdfast.plan.Contact;
import io.holdfast.plan.Plan;
import io.holdfast.plan.procedure.Procedure;
import io.holdfast.plan.procedure.Step;
import io.holdfast.plan.procedure.Work;
import java.util.List;
import java.util.stream.Stream;

/** Puts the contacts of a plan in the place of the roles and groups by which its approvals name them. */
record ApprovingPeople(Plan plan) {

    Procedure in(Procedure procedure) {
        return procedure.withSteps(steps(procedure.steps()));
    }

    private List<Step> steps(List<Step> steps) {
        return steps.stream().map(step -> step.withWork(work(step.work()))).toList();
    }

    private Work work(Work work) {
        return switch (work) {
            case Work.Act _, Work.Nested _ -> work;
            case Work.Approval(var from, var quorum, var expires, var shown) ->
                new Work.Approval(from.stream().flatMap(this::people).distinct().toList(), quorum, expires, shown);
            case Work.Parallel(var inner) -> new Work.Parallel(steps(inner));
            case Work.ForEach(var items, var limit, var inner) -> new Work.ForEach(items, limit, steps(inner));
        };
    }

    /** A name that nobody answers to stays, so that it is in what is told. */
    private Stream<String> people(String name) {
        var people = plan.contacts().stream()
                .filter(contact -> contact.answersTo(name))
                .map(Contact::id)
                .toList();
        return people.isEmpty() ? Stream.of(name) : people.stream();
    }
}
