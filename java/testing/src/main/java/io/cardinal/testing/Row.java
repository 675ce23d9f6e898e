// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.testing;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.Optional;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.TestWatcher;

/**
 * Names the row of the reliability table that a test class is for, where a test, or a set of
 * arguments of one, is a case: they are counted, and the row's line is printed at the end. Classes
 * with many cases in a test have a {@link Tally}.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(Row.Counter.class)
public @interface Row {
  /** The row, such as {@code N5}. */
  String value();

  /** Counts the tests of a class. */
  final class Counter implements TestWatcher, AfterAllCallback {
    @Override
    public void testSuccessful(ExtensionContext context) {
      tally(context).pass();
    }

    @Override
    public void testFailed(ExtensionContext context, Throwable cause) {
      tally(context).fail();
    }

    @Override
    public void testAborted(ExtensionContext context, Throwable cause) {
      tally(context).skip();
    }

    @Override
    public void testDisabled(ExtensionContext context, Optional<String> reason) {
      tally(context).skip();
    }

    @Override
    public void afterAll(ExtensionContext context) {
      tally(context).print();
    }

    private static Tally tally(ExtensionContext context) {
      Class<?> test = context.getRequiredTestClass();
      return context
          .getRoot()
          .getStore(Namespace.create(Row.class))
          .getOrComputeIfAbsent(
              test, key -> new Tally(test.getAnnotation(Row.class).value()), Tally.class);
    }
  }
}
