// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.ArrayList;
import java.util.List;

/** Which module may use which, and that no JavaCPP type shows in a public signature. */
@AnalyzeClasses(packages = "io.cardinal", importOptions = ImportOption.DoNotIncludeTests.class)
class DependencyRuleTest {
  private static final String ENGINE = "io.cardinal.engine..";
  private static final String IMAGE = "io.cardinal.image..";
  private static final String CLASSIFIER = "io.cardinal";
  private static final String WEIGHTS = "io.cardinal.weights..";
  private static final String CLI = "io.cardinal.cli..";

  @ArchTest
  static final ArchRule engineUsesNoOtherModule =
      noClasses()
          .that()
          .resideInAPackage(ENGINE)
          .should()
          .dependOnClassesThat(resideInAnyPackage(IMAGE, CLASSIFIER, WEIGHTS, CLI));

  @ArchTest
  static final ArchRule imageUsesNoOtherModule =
      noClasses()
          .that()
          .resideInAPackage(IMAGE)
          .should()
          .dependOnClassesThat(resideInAnyPackage(ENGINE, CLASSIFIER, WEIGHTS, CLI));

  @ArchTest
  static final ArchRule classifierUsesEngineAndImage =
      noClasses()
          .that()
          .resideInAPackage(CLASSIFIER)
          .should()
          .dependOnClassesThat(resideInAnyPackage(WEIGHTS, CLI));

  @ArchTest
  static final ArchRule weightsToolsUseTheEngine =
      noClasses()
          .that()
          .resideInAPackage(WEIGHTS)
          .should()
          .dependOnClassesThat(resideInAnyPackage(IMAGE, CLASSIFIER, CLI));

  @ArchTest
  static final ArchRule modulesHaveNoCycles =
      slices().matching("io.cardinal.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule publicSignaturesShowNoNativeType =
      classes()
          .that()
          .arePublic()
          .and()
          .resideInAnyPackage(
              CLASSIFIER,
              IMAGE,
              WEIGHTS,
              "io.cardinal.engine",
              "io.cardinal.engine.spec..",
              "io.cardinal.engine.graph..",
              "io.cardinal.engine.plan..",
              "io.cardinal.engine.tensor..",
              "io.cardinal.engine.safetensors..")
          .should(new HidingNativeTypes());

  /** No type of JavaCPP, of its presets, or of JNA among what callers can see. */
  private static final class HidingNativeTypes extends ArchCondition<JavaClass> {
    HidingNativeTypes() {
      super("show no JavaCPP or JNA type in a public or protected signature");
    }

    @Override
    public void check(JavaClass owner, ConditionEvents events) {
      for (JavaCodeUnit unit : owner.getCodeUnits()) {
        if (isVisible(unit.getModifiers())) {
          List<JavaClass> types = new ArrayList<>(unit.getRawParameterTypes());
          types.add(unit.getRawReturnType());
          types.addAll(unit.getExceptionTypes());
          types.forEach(type -> check(owner, unit.getFullName(), type, events));
        }
      }
      for (JavaField field : owner.getFields()) {
        if (isVisible(field.getModifiers())) {
          check(owner, field.getFullName(), field.getRawType(), events);
        }
      }
      owner.getRawInterfaces().forEach(type -> check(owner, owner.getName(), type, events));
      owner.getRawSuperclass().ifPresent(type -> check(owner, owner.getName(), type, events));
    }

    private static boolean isVisible(java.util.Set<JavaModifier> modifiers) {
      return modifiers.contains(JavaModifier.PUBLIC) || modifiers.contains(JavaModifier.PROTECTED);
    }

    private static void check(
        JavaClass owner, String where, JavaClass type, ConditionEvents events) {
      String name = type.getBaseComponentType().getPackageName();
      boolean isNative = name.startsWith("org.bytedeco") || name.startsWith("com.sun.jna");
      if (isNative) {
        events.add(SimpleConditionEvent.violated(owner, where + " shows " + type.getName()));
      }
    }
  }
}
