// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cardinal.engine.NativeException;
import io.cardinal.engine.NativeException.Reason;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** The first attempt's library or its cause, for all who ask. */
class LoadedOnceTest {
  @Test
  void shouldLoadOnce() {
    AtomicInteger loads = new AtomicInteger();
    LoadedOnce<Integer> loaded = LoadedOnce.attempt(loads::incrementAndGet);
    assertThat(loaded.get()).isEqualTo(1);
    assertThat(loaded.get()).isEqualTo(1);
  }

  @Test
  void shouldKeepTheCause() {
    NativeException cause = new NativeException(Reason.CACHE, "full", "room", "none", "");
    LoadedOnce<String> failed = failing(cause);
    for (int ask = 0; ask < 2; ask++) {
      assertThatThrownBy(failed::get)
          .isInstanceOf(NativeException.class)
          .hasMessageContaining("full")
          .hasCause(cause)
          .extracting(e -> ((NativeException) e).reason())
          .isEqualTo(Reason.CACHE);
    }
  }

  /** What else goes wrong is told to every asker too, not to the first one alone. */
  @Test
  void shouldKeepACauseThatNobodyForesaw() {
    UnsatisfiedLinkError cause = new UnsatisfiedLinkError("no symbol");
    LoadedOnce<String> failed = failing(cause);
    for (int ask = 0; ask < 2; ask++) {
      assertThatThrownBy(failed::get)
          .isInstanceOf(NativeException.class)
          .hasMessageContaining("no symbol")
          .hasRootCause(cause);
    }
  }

  private static LoadedOnce<String> failing(Throwable failure) {
    Supplier<String> load =
        () -> {
          if (failure instanceof LinkageError error) {
            throw error;
          }
          throw (RuntimeException) failure;
        };
    return LoadedOnce.attempt(load);
  }
}
