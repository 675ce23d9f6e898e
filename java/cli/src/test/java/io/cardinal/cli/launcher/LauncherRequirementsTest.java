// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import io.cardinal.cli.launcher.Checkout.Ended;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which Java and which Maven the launcher takes, and what it says where one is missing. */
@Timeout(120)
class LauncherRequirementsTest {
  private static final int ENVIRONMENT_FAILURE = 4;

  @TempDir Path folder;

  private Checkout checkout;

  @BeforeEach
  void layOut() {
    checkout = new Checkout(folder);
  }

  @Test
  void shouldTakeJavaHomeThenPath() throws InterruptedException {
    Path other = checkout.jdk("jdk 25", "25");
    Ended run = checkout.with("JAVA_HOME", other.toString()).run();
    assertThat(run.out()).contains("java: " + other + "/bin/java");
    assertThat(checkout.builds().get(0)).endsWith(" with " + other);

    for (Path unfit : List.of(folder.resolve("nothing"), checkout.jdk("jdk-11", "11.0.2"))) {
      run = checkout.with("JAVA_HOME", unfit.toString()).run();
      assertThat(run.exitCode()).isZero();
      assertThat(run.out()).contains("java: " + folder.resolve("path/java"));
    }
  }

  @Test
  void shouldBuildWithTheJdkOnPathWhereJavaHomeIsARuntime() throws InterruptedException {
    Path runtime = checkout.jre("jre", "21.0.1");
    Ended run = checkout.with("JAVA_HOME", runtime.toString()).run();

    assertThat(run.out()).contains("java: " + runtime + "/bin/java");
    assertThat(checkout.builds().get(0)).endsWith(" with " + folder.resolve("jdk-17"));
  }

  @Test
  void shouldAskAJavaOfUnknownRelease() throws InterruptedException {
    String answer = "#!/bin/sh\n[ \"$1\" = -version ] && echo 'openjdk version \"%s\"' >&2\n";
    checkout.built().install("java", answer.formatted("21.0.1"));
    assertThat(checkout.run().message()).doesNotContain("is needed");

    checkout.install("java", answer.formatted("1.8.0_392"));
    assertThat(checkout.run().message()).contains("Java 17 or newer is needed", "release 8");
  }

  @Test
  void shouldSayWhatToInstallForMissingMaven() throws InterruptedException {
    assertThat(refusal(checkout.without("mvn"))).contains("Maven, 3.8 or newer", "none on PATH");
  }

  @Test
  void shouldSayWhatToInstallForOldMaven() throws InterruptedException {
    assertThat(refusal(checkout.with("STUB_MAVEN", "3.6.3")))
        .contains("Maven, 3.8 or newer", "is 3.6.3");
  }

  @ParameterizedTest
  @ValueSource(strings = {"3.8.1", "3.9.11", "3.10.0", "4.0.0-rc-4"})
  void shouldTakeNewerMaven(String version) throws InterruptedException {
    assertThat(checkout.with("STUB_MAVEN", version).run().exitCode()).isZero();
  }

  @Test
  void shouldSayWhatToInstallForMissingJdk() throws InterruptedException {
    String message = refusal(checkout.without("java").without("javac").without("mvn"));

    assertThat(message).contains("a JDK, 17 or newer (javac: none on PATH)", "Maven");
  }

  @Test
  void shouldSayWhatToInstallForARuntimeWithoutJavac() throws InterruptedException {
    checkout.installOnPath(checkout.jre("jre", "17.0.2"));

    assertThat(refusal(checkout)).contains("is a Java runtime without javac");
  }

  @Test
  void shouldSayWhatToInstallForAnOldJdk() throws InterruptedException {
    checkout.installOnPath(checkout.jdk("jdk-8", "1.8.0_392"));

    assertThat(refusal(checkout)).contains("a JDK, 17 or newer (javac: release 8 on PATH)");
  }

  private static String refusal(Checkout checkout) throws InterruptedException {
    Ended run = checkout.run();
    assertThat(run.exitCode()).isEqualTo(ENVIRONMENT_FAILURE);
    assertThat(run.out()).isEmpty();
    assertThat(checkout.builds()).isEmpty();
    assertThat(run.message())
        .contains("apt-get install maven openjdk-17-jdk-headless")
        .contains("dnf install maven java-17-openjdk-devel");
    return run.message();
  }

  @Test
  void shouldNeedOnlyARuntimeOnceBuilt() throws InterruptedException {
    checkout.built().without("mvn").installOnPath(checkout.jre("jre", "17.0.2"));
    Ended run = checkout.run("doctor");

    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).contains("<doctor>");
  }

  @Test
  void shouldSayWhatToInstallForAnOldRuntime() throws InterruptedException {
    Ended run = checkout.built().installOnPath(checkout.jre("jre", "11.0.2")).run();

    assertThat(run.exitCode()).isEqualTo(ENVIRONMENT_FAILURE);
    assertThat(run.message())
        .contains("Java 17 or newer is needed", "release 11 on PATH")
        .contains("openjdk-17-jre-headless", "java-17-openjdk-headless");
  }
}
