// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.cardinal.cli.launcher.Checkout.Ended;
import io.cardinal.cli.launcher.Checkout.Running;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The launcher's contract, sentence by sentence, with stubs for java and mvn. */
@Timeout(120)
class LauncherTest {
  private static final int ENVIRONMENT_FAILURE = 4;

  @TempDir Path folder;

  private Checkout checkout;

  @BeforeEach
  void layOut() {
    checkout = new Checkout(folder);
  }

  @Test
  void shouldBuildOnFirstUseAndRun() throws InterruptedException {
    Ended first = checkout.run("classify", "a picture.jpg", "", "*");

    assertThat(first.exitCode()).isZero();
    assertThat(first.out()).endsWith("<classify>", "<a picture.jpg>", "<>", "<*>");
    assertThat(first.out()).containsSequence("<-jar>", "<" + checkout.jar() + ">");
    assertThat(checkout.builds()).hasSize(1);
  }

  @Test
  void shouldSayInOneLineWhatItDoesAndNameTheLog() throws InterruptedException {
    Ended first = checkout.run("doctor");

    assertThat(first.err()).hasSize(1);
    assertThat(first.message())
        .startsWith("cardinal: building java/cli/target/cardinal.jar (it is not there")
        .contains("log: " + checkout.log());
    assertThat(checkout.log()).exists();
  }

  @Test
  void shouldOnlyRunOnceBuilt() throws InterruptedException {
    checkout.run("doctor");
    Ended second = checkout.run("doctor");

    assertThat(second.exitCode()).isZero();
    assertThat(second.err()).isEmpty();
    assertThat(second.out()).contains("<doctor>");
    assertThat(checkout.builds()).hasSize(1);
  }

  @Test
  void shouldSkipTestsAndChecks() throws InterruptedException {
    checkout.run();

    assertThat(checkout.builds().get(0))
        .contains("-pl java/cli -am package")
        .contains("-Dmaven.test.skip=true", "-Dspotless.check.skip=true", "-Dcardinal.quick")
        .contains("-Dmaven.javadoc.skip=true", "-Dmaven.source.skip=true")
        .contains(" in " + checkout.root() + " with ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "pom.xml",
        "LICENSE",
        ".mvn/jvm.config",
        "models/demo.safetensors",
        "java/cli/pom.xml",
        "java/cli/src/main/java/Main.java",
        "java/engine/src/main/java/Engine.java",
        "java/engine/src/main/resources/new.txt",
        "weights-tools/pom.xml",
        "weights-tools/src/main/java/Weights.java"
      })
  void shouldBuildWhenASourceIsNewer(String source) throws InterruptedException {
    checkout.built();
    change(source);
    Ended run = checkout.run("doctor");

    assertThat(checkout.builds()).hasSize(1);
    assertThat(run.message()).contains(" is newer");
    assertThat(run.out()).contains("<doctor>");
  }

  @Test
  void shouldBuildWhenASourceIsGone() throws Exception {
    checkout.built();
    Files.delete(checkout.root().resolve("java/engine/src/main/java/Engine.java"));
    checkout.run();

    assertThat(checkout.builds()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "README.md",
        "models/README.md",
        "java/cli/src/test/java/MainTest.java",
        "java/cli/target/classes/Main.class"
      })
  void shouldNotBuildForTestsAndDocuments(String other) throws InterruptedException {
    checkout.built();
    change(other);
    checkout.run();

    assertThat(checkout.builds()).isEmpty();
  }

  private void change(String source) {
    Checkout.write(checkout.root().resolve(source), "changed");
  }

  @Test
  void shouldBuildAgainWhenASourceChangedDuringTheBuild() throws InterruptedException {
    Running first = checkout.with("STUB_BUILD", "gated").start();
    while (checkout.builds().isEmpty()) {
      TimeUnit.MILLISECONDS.sleep(5);
    }
    TimeUnit.MILLISECONDS.sleep(50); // a file system's clock ticks
    change("java/cli/src/main/java/Main.java");
    checkout.openGate();
    first.end();
    checkout.run();
    checkout.run();

    assertThat(checkout.builds()).hasSize(2);
  }

  @Test
  void shouldWorkThroughSymlinksFromAnyFolder() throws Exception {
    Path bin = Files.createDirectories(folder.resolve("my bin"));
    Files.createSymbolicLink(bin.resolve("one"), Path.of("../a check out/cardinal"));
    Files.createSymbolicLink(bin.resolve("cardinal"), Path.of("one"));
    Ended direct = checkout.startAt(bin, "./cardinal", "doctor").end();
    Ended elsewhere = checkout.startAt(Path.of("/"), bin + "/cardinal", "archs").end();

    assertThat(direct.out()).contains("<" + checkout.jar() + ">", "<doctor>");
    assertThat(elsewhere.out()).contains("<" + checkout.jar() + ">", "<archs>");
    assertThat(checkout.builds()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"with flock", "without"})
  void shouldBuildOnceForTwoFirstRunsAtOnce(String lock) throws InterruptedException {
    if (lock.equals("without")) {
      checkout.without("flock");
    }
    Running one = checkout.with("STUB_BUILD", "gated").start("one");
    Running two = checkout.start("two");
    while (!(one.err() + " " + two.err()).contains("waiting for it")) {
      TimeUnit.MILLISECONDS.sleep(5);
    }
    checkout.openGate();
    Ended first = one.end();
    Ended second = two.end();

    assertThat(List.of(first.exitCode(), second.exitCode())).containsOnly(0);
    assertThat(first.out()).contains("<one>");
    assertThat(second.out()).contains("<two>");
    assertThat(checkout.builds()).hasSize(1);
  }

  @Test
  void shouldNotWaitForADeadRunWithoutFlock() throws Exception {
    checkout.without("flock");
    Process dead = new ProcessBuilder("true").start();
    dead.waitFor();
    Checkout.write(checkout.root().resolve("target/launcher/lock.d/pids"), dead.pid() + "\n");

    assertThat(checkout.run().exitCode()).isZero();
  }

  @Test
  void shouldShowTheEndOfTheLogWhenTheBuildFails() throws InterruptedException {
    Ended run = checkout.with("STUB_BUILD", "broken").run();

    assertThat(run.exitCode()).isEqualTo(ENVIRONMENT_FAILURE);
    assertThat(run.message())
        .contains("the stub's last words", "the build failed", checkout.log().toString());
    assertThat(run.out()).isEmpty();
    assertThat(checkout.jar()).doesNotExist();
  }

  @Test
  void shouldKeepTheOldJarWhenTheBuildFails() throws Exception {
    checkout.built();
    change("pom.xml");
    byte[] old = Files.readAllBytes(checkout.jar());
    checkout.with("STUB_BUILD", "broken").run();

    assertThat(checkout.jar()).hasBinaryContent(old);
  }

  @Test
  void shouldNotTakeAHalfJarForWhole() throws Exception {
    Ended half = checkout.with("STUB_BUILD", "half").run();
    assertThat(half.exitCode()).isEqualTo(ENVIRONMENT_FAILURE);
    assertThat(checkout.jar()).doesNotExist();

    checkout.built();
    byte[] whole = Files.readAllBytes(checkout.jar());
    Files.write(checkout.jar(), Arrays.copyOf(whole, whole.length - 1));
    Ended run = checkout.with("STUB_BUILD", "good").run();

    assertThat(run.message()).contains("it is not whole");
    assertThat(run.exitCode()).isZero();
    assertThat(checkout.jar()).hasBinaryContent(whole);
  }

  @Test
  void shouldEndMavenWhenItIsInterrupted() throws InterruptedException {
    Running run = checkout.with("STUB_BUILD", "endless").start();
    long maven = checkout.hangingMaven();
    run.process().destroy();
    Ended ended = run.end();

    assertThat(ended.exitCode()).isEqualTo(143);
    assertThat(ended.message()).contains("interrupted", checkout.log().toString());
    assertThat(ProcessHandle.of(maven)).isEmpty();
    assertThat(checkout.jar()).doesNotExist();
    assertThat(checkout.with("STUB_BUILD", "good").run().exitCode()).isZero();
  }

  @Test
  void shouldBuildAfterAKilledBuild() throws InterruptedException {
    Running run = checkout.with("STUB_BUILD", "endless").start();
    long maven = checkout.hangingMaven();
    run.process().destroyForcibly();
    run.end();
    ProcessHandle.of(maven).ifPresent(ProcessHandle::destroyForcibly);

    assertThat(checkout.jar()).doesNotExist();
    assertThat(checkout.with("STUB_BUILD", "good").run().exitCode()).isZero();
    assertThat(checkout.builds()).hasSize(2);
  }

  @Test
  void shouldRunInAReadOnlyCheckoutOnceBuilt() throws Exception {
    assumeFalse(
        System.getProperty("user.name").equals("root"),
        "root may write anywhere; .ci/run tries it on a read-only mount");
    checkout.built();
    Ended unchanged;
    Ended changed;
    try {
      protect("r-xr-xr-x");
      unchanged = checkout.run("doctor");
      change("pom.xml");
      changed = checkout.run("doctor");
    } finally {
      protect("rwxr-xr-x");
    }

    assertThat(unchanged.err()).isEmpty();
    assertThat(changed.message()).contains("cannot be written: it runs as it is");
    assertThat(List.of(unchanged.exitCode(), changed.exitCode())).containsOnly(0);
  }

  private void protect(String permissions) throws Exception {
    for (String directory : List.of("", "java/cli", "java/cli/target")) {
      Files.setPosixFilePermissions(
          checkout.root().resolve(directory), PosixFilePermissions.fromString(permissions));
    }
  }

  @Test
  void shouldGiveJavaItsOptions() throws InterruptedException {
    Ended run = checkout.with("CARDINAL_JAVA_OPTS", " -Xmx1g  -Da=* ").run("doctor");

    assertThat(run.out())
        .containsSequence("<-Xmx1g>", "<-Da=*>", "<-jar>", "<" + checkout.jar() + ">", "<doctor>");
  }

  @Test
  void shouldPutMoreJarsOnTheClassPath() throws InterruptedException {
    checkout.built().with("CARDINAL_CLASSPATH", "/a b/x.jar:/y.jar");
    List<String> expected =
        List.of("<-cp>", "<" + checkout.jar() + ":/a b/x.jar:/y.jar>", "<io.cardinal.cli.Main>");

    assertThat(checkout.run("doctor").out()).containsSequence(expected).doesNotContain("<-jar>");
    checkout.installOnPath(checkout.jdk("jdk 25", "25"));
    assertThat(checkout.run("doctor").out())
        .containsSequence(expected)
        .contains("<--enable-native-access=ALL-UNNAMED>");
  }

  @ParameterizedTest
  @ValueSource(strings = {"C", "POSIX", "", "xx_YY.UTF-8"})
  void shouldSetAUtf8LocaleWhereThereIsNone(String language) throws InterruptedException {
    assertThat(checkout.built().with("LANG", language).run().out()).contains("locale: C.UTF-8");
  }

  @Test
  void shouldKeepAUtf8Locale() throws InterruptedException {
    assertThat(checkout.built().run().out()).contains("locale: none");
    assertThat(checkout.with("LANG", "C").with("LC_CTYPE", "C.UTF-8").run().out())
        .contains("locale: none");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 141})
  void shouldPassExitCodesThrough(int code) throws InterruptedException {
    Ended run = checkout.built().with("STUB_EXIT", Integer.toString(code)).run();

    assertThat(run.exitCode()).isEqualTo(code);
  }

  @Test
  void shouldBecomeJavaSoThatSignalsReachIt() throws InterruptedException {
    Ended run = checkout.run();

    assertThat(run.out()).contains("pid: " + run.pid());
  }
}
