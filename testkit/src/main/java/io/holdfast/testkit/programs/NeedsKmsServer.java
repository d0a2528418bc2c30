package io.holdfast.testkit.programs;

import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A test, or a class of tests, that uses a {@link KmsServer}. Where it cannot be had it is not run, and its
 * name and the reason go to {@code target/not-run.txt}.
 */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@Inherited
@ExtendWith(KmsServerCondition.class)
public @interface NeedsKmsServer {}
