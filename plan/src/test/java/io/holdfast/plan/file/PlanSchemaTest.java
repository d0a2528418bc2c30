package io.holdfast.plan.file;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.holdfast.plan.ShippedPlans;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The schema as an independent judge reads it. */
class PlanSchemaTest {

    private final Schema schema = schema();

    private static Schema schema() {
        try {
            return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                    .getSchema(Files.readString(ShippedPlans.file("docs/plan.schema.json")), InputFormat.JSON);
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void the_shipped_plans_are_valid() throws Exception {
        for (var plan : List.of("plans/optimal-build/plan.yaml", "plans/optimal-build/plan-mended.yaml")) {
            assertThat(problems(Files.readString(ShippedPlans.file(plan)))).isEmpty();
        }
    }

    @Test
    void what_the_reader_refuses_the_schema_refuses_too() throws Exception {
        var plan = Files.readString(ShippedPlans.file("plans/optimal-build/plan.yaml"));

        assertThat(problems(plan.replace("severity: low", "severity: lowish"))).isNotEmpty();
        assertThat(problems(plan.replace("objectives:", "objektives:"))).isNotEmpty();
        assertThat(problems(plan.replace("target: 4h", "target: 4 hours"))).isNotEmpty();
        assertThat(problems(plan.replaceFirst("uses: kubernetes.scale", "uses: kubernetes.scal")))
                .isNotEmpty();
    }

    @Test
    void each_action_has_its_own_inputs() throws Exception {
        var plan = Files.readString(ShippedPlans.file("plans/optimal-build/plan.yaml"));

        assertThat(problems(plan.replaceFirst("replicas: 0", "replica: 0"))).isNotEmpty();
        assertThat(problems(plan.replaceFirst("replicas: 0", "replicas: none"))).isNotEmpty();
        assertThat(problems(plan.replaceFirst("replicas: 0", "replicas: \\${environment.x}")))
                .isEmpty();
    }

    private List<Error> problems(String plan) {
        return schema.validate(plan, InputFormat.YAML);
    }
}
