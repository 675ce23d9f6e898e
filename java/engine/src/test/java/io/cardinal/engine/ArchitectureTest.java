// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.members;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.ArchConfiguration;
import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaType;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Who may know whom inside the engine, and what its users may see. */
class ArchitectureTest {
  private static final String ENGINE = "io.cardinal.engine";
  private static final JavaClasses CLASSES = engineAlone();

  /** The packages that users see. */
  private static final String[] EXPORTED = {
    ENGINE,
    ENGINE + ".spec",
    ENGINE + ".graph",
    ENGINE + ".plan",
    ENGINE + ".tensor",
    ENGINE + ".safetensors"
  };

  /** Exceptions are the same for all; everything else in the root package stands above. */
  private static final DescribedPredicate<JavaClass> EXCEPTIONS =
      type(ModelException.class)
          .or(type(ModelException.Reason.class))
          .or(type(NativeException.class))
          .or(type(NativeException.Reason.class))
          .as("the exceptions");

  /** What they use of the JDK and the libraries is known by its name: no rule looks inside. */
  private static JavaClasses engineAlone() {
    ArchConfiguration.get().setResolveMissingDependenciesFromClassPath(false);
    return new ClassFileImporter()
        .withImportOption(new ImportOption.DoNotIncludeTests())
        .importPackages(ENGINE);
  }

  @Test
  void shouldShowNoNativeBindingToUsers() {
    assertThat(CLASSES.contain(Model.class)).isTrue();
    members()
        .that()
        .areDeclaredInClassesThat()
        .resideInAnyPackage(EXPORTED)
        .and()
        .areDeclaredInClassesThat()
        .arePublic()
        .should(mentionNoNativeBinding())
        .check(CLASSES);
  }

  @Test
  void shouldUseNativeBindingsInKernelsAndPlatformOnly() {
    noClasses()
        .that()
        .resideOutsideOfPackages(
            ENGINE + ".kernels", // the memory that two providers share
            ENGINE + ".kernels.cardinal",
            ENGINE + ".kernels.onednn",
            ENGINE + ".platform")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.bytedeco..", "com.sun.jna..", "io.cardinal.natives..")
        .check(CLASSES);
  }

  /** F8: nobody's heap is collected for the sake of ours. */
  @Test
  void shouldNeverAskForAGarbageCollection() {
    noClasses().should().callMethod(System.class, "gc").check(CLASSES);
    noClasses().should().callMethod(Runtime.class, "gc").check(CLASSES);
  }

  @Test
  void shouldKnowNoOtherModule() {
    noClasses()
        .should()
        .dependOnClassesThat(
            resideInAPackage("io.cardinal..")
                .and(not(resideInAPackage(ENGINE + "..")))
                .and(not(resideInAPackage("io.cardinal.natives.."))))
        .check(CLASSES);
  }

  @Test
  void shouldKnowOnlyWhatStandsBelow() {
    knowsOnly("spec");
    knowsOnly("tensor", "spec", "graph"); // the formula asks the network for its parameters
    knowsOnly("graph", "spec", "tensor");
    knowsOnly("compile", "graph");
    knowsOnly("platform");
    knowsOnly("safetensors", "tensor", "platform");
    knowsOnly(
        "kernels",
        "graph",
        "compile", // a pass that only some kernels can follow
        "platform",
        "kernels.reference",
        "kernels.onednn",
        "kernels.cardinal");
    knowsOnly("kernels.reference", "kernels", "graph", "platform");
    knowsOnly("kernels.onednn", "kernels", "graph", "platform");
    knowsOnly("kernels.cardinal", "kernels", "graph", "platform");
    knowsOnly("plan", "graph", "kernels", "platform");
  }

  /** The runtime puts all of it together, and only the model stands above it. */
  @Test
  void shouldReachTheRuntimeThroughTheModelOnly() {
    noClasses()
        .that()
        .doNotHaveFullyQualifiedName(Model.class.getName())
        .and()
        .resideOutsideOfPackage(ENGINE + ".runtime")
        .should()
        .dependOnClassesThat()
        .resideInAPackage(ENGINE + ".runtime")
        .check(CLASSES);
  }

  private static void knowsOnly(String name, String... others) {
    List<String> packages = new ArrayList<>(List.of(ENGINE + "." + name));
    for (String other : others) {
      packages.add(ENGINE + "." + other);
    }
    classes()
        .that()
        .resideInAPackage(ENGINE + "." + name)
        .should()
        .onlyDependOnClassesThat(
            not(resideInAPackage(ENGINE + ".."))
                .or(resideInAnyPackage(packages.toArray(String[]::new)))
                .or(EXCEPTIONS))
        .check(CLASSES);
  }

  private static ArchCondition<JavaMember> mentionNoNativeBinding() {
    return new ArchCondition<>("mention no native binding") {
      @Override
      public void check(JavaMember member, ConditionEvents events) {
        boolean isSeen =
            member.getModifiers().contains(JavaModifier.PUBLIC)
                || member.getModifiers().contains(JavaModifier.PROTECTED);
        for (JavaType mentioned : isSeen ? mentioned(member) : List.<JavaType>of()) {
          for (JavaClass raw : mentioned.getAllInvolvedRawTypes()) {
            String name = raw.getBaseComponentType().getPackageName();
            if (name.startsWith("org.bytedeco") || name.startsWith("com.sun.jna")) {
              String text = member.getFullName() + " mentions " + raw.getName();
              events.add(SimpleConditionEvent.violated(member, text));
            }
          }
        }
      }
    };
  }

  private static List<JavaType> mentioned(JavaMember member) {
    List<JavaType> types = new ArrayList<>();
    if (member instanceof JavaField field) {
      types.add(field.getType());
    } else if (member instanceof JavaCodeUnit unit) {
      types.add(unit.getReturnType());
      types.addAll(unit.getParameterTypes());
      types.addAll(unit.getExceptionTypes());
    }
    return types;
  }
}
