// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.runtime;

import io.cardinal.engine.kernels.Kernel;
import io.cardinal.engine.plan.ExecutionPlan;
import io.cardinal.engine.plan.Planner.Planned;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** A plan and its kernels, counted by its users; the last one to let go frees the kernels. */
final class SharedPlan {
  private final Planned planned;
  private final AtomicInteger users = new AtomicInteger(1);

  SharedPlan(Planned planned) {
    this.planned = planned;
  }

  ExecutionPlan plan() {
    return planned.plan();
  }

  List<Kernel> kernels() {
    return planned.kernels();
  }

  SharedPlan retain() {
    users.incrementAndGet();
    return this;
  }

  void release() {
    if (users.decrementAndGet() == 0) {
      planned.kernels().forEach(Kernel::close);
    }
  }
}
