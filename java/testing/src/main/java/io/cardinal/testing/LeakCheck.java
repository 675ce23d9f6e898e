// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.testing;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;

/**
 * F7: every test class ends with no open handle and no native block, or fails with the stacks that
 * opened them. JUnit finds it by itself in each module that has this one; it asks the engine by
 * name, since the engine's own tests use it.
 */
public final class LeakCheck implements AfterAllCallback {
  private static final String PLATFORM = "io.cardinal.engine.platform.";

  /** Prints the row at the end. */
  private static final class Classes implements AutoCloseable {
    private final AtomicLong clean = new AtomicLong();
    private final AtomicLong leaking = new AtomicLong();

    @Override
    public void close() {
      Tally tally = new Tally("F7 (test classes)");
      tally.pass(clean.get());
      tally.fail(leaking.get());
      tally.print();
    }
  }

  @Override
  public void afterAll(ExtensionContext context) throws ReflectiveOperationException {
    if (context.getRequiredTestClass().isMemberClass()) {
      return; // the class around it may have opened something for all its tests
    }
    Classes classes =
        context
            .getRoot()
            .getStore(Namespace.create(LeakCheck.class))
            .getOrComputeIfAbsent(Classes.class, key -> new Classes(), Classes.class);
    List<Throwable> left = new ArrayList<>();
    left.addAll(ask("Handle", "open"));
    left.addAll(ask("NativeMemory", "live"));
    (left.isEmpty() ? classes.clean : classes.leaking).incrementAndGet();
    if (!left.isEmpty()) {
      AssertionError leak =
          new AssertionError(
              context.getDisplayName() + " leaves " + left.size() + " handles and blocks open");
      left.forEach(leak::addSuppressed);
      throw leak;
    }
  }

  private static Collection<? extends Throwable> ask(String owner, String question)
      throws ReflectiveOperationException {
    Class<?> known;
    try {
      known = Class.forName(PLATFORM + owner);
    } catch (ClassNotFoundException e) {
      return List.of(); // a module without the engine has no handles
    }
    List<Throwable> stacks = new ArrayList<>();
    for (Object each : (Collection<?>) known.getMethod(question).invoke(null)) {
      stacks.add((Throwable) each);
    }
    return stacks;
  }
}
