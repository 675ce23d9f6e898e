// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.cardinal.engine.kernels.cardinal.CardinalLibrary;
import io.cardinal.testing.Scale;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The engine holds no class loader of its users: neither threads, nor cleaners, nor thread locals.
 * Two may stay, however many there were: the first, which threads of JNA's and JavaCPP's were
 * started under, and the last, whose records the JDK's own class remembers until JDK 19. Soft
 * references, as Jackson's, count as none.
 */
class LoaderTest {
  @ParameterizedTest
  @ValueSource(strings = {"onednn", "cardinal"})
  void shouldLetItsClassLoaderGo(String kernels) {
    assumeTrue(!kernels.equals("cardinal") || CardinalLibrary.isBuiltIn());
    ChildJvm.Result result =
        new ChildJvm()
            .option("-XX:SoftRefLRUPolicyMSPerMB=0")
            .run(LoaderProbe.class, kernels, Integer.toString(Scale.of(4, 6, 50)));
    assertThat(result.exit()).as(result.errors()).isZero();
    String last = result.lines().get(result.lines().size() - 1);
    assertThat(last).isIn("left 0", "left 1", "left 2");
  }
}
