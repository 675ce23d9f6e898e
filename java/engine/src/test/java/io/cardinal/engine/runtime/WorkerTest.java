// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cardinal.engine.kernels.KernelProvider;
import io.cardinal.engine.platform.MemoryBudget;
import io.cardinal.testing.LiveThreads;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;

/** A provider prepares each thread that is going to run its kernels. */
class WorkerTest {
  private static final int THREADS = 4;

  private final MemoryBudget budget = new MemoryBudget(1);

  @Test
  void shouldPrepareItsOwnThreadAndItsHelpers() throws InterruptedException {
    Set<String> prepared = ConcurrentHashMap.newKeySet();
    Worker worker = worker(() -> prepared.add(Thread.currentThread().getName()));
    String own = Thread.currentThread().getName();
    assertThat(prepared)
        .containsExactlyInAnyOrder(own, own + "-helper-1", own + "-helper-2", own + "-helper-3");
    worker.end();
    assertThat(LiveThreads.left(".*-helper-.")).isEmpty();
  }

  @Test
  void shouldEndItsHelpersWhereOneCannotBePrepared() throws InterruptedException {
    Runnable preparation =
        () -> {
          if (Thread.currentThread().getName().endsWith("-helper-2")) {
            throw new IllegalStateException("no OpenMP");
          }
        };
    assertThatThrownBy(() -> worker(preparation)).hasMessage("no OpenMP");
    assertThat(LiveThreads.left(".*-helper-.")).isEmpty();
  }

  private Worker worker(Runnable preparation) {
    KernelProvider provider =
        (KernelProvider)
            Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {KernelProvider.class},
                (proxy, method, arguments) -> {
                  assertThat(method.getName()).isEqualTo("enterWorkerThread");
                  preparation.run();
                  return null;
                });
    PlanCache cache = new PlanCache(null, provider, List.of(), THREADS, 1);
    return new Worker(provider, cache, budget, 1, THREADS);
  }
}
