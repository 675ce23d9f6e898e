// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.platform;

import io.cardinal.engine.NativeException;
import io.cardinal.engine.NativeException.Reason;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What an attempt to load a native library gave: the library, or the cause, kept for all askers.
 */
public final class LoadedOnce<T> {
  private final @Nullable T loaded;
  private final @Nullable NativeException failure;

  private LoadedOnce(@Nullable T loaded, @Nullable NativeException failure) {
    this.loaded = loaded;
    this.failure = failure;
  }

  /**
   * Loads now, on a thread of its own: an interrupt of the caller's would make a failure of it that
   * is kept for good.
   */
  public static <T> LoadedOnce<T> attempt(Supplier<T> load) {
    AtomicReference<@Nullable LoadedOnce<T>> result = new AtomicReference<>();
    Runnable attempt =
        () -> {
          try {
            result.set(new LoadedOnce<>(load.get(), null));
          } catch (NativeException e) {
            result.set(new LoadedOnce<>(null, e));
          } catch (RuntimeException | LinkageError e) {
            NativeException failure =
                new NativeException(
                    Reason.LIBRARY, "a native library cannot be used", "", e.toString(), "", e);
            result.set(new LoadedOnce<>(null, failure));
          }
        };
    Parallel.apart(attempt, "cardinal-loading");
    return Objects.requireNonNull(result.get());
  }

  /** The library, or a new {@link NativeException} for the same cause. */
  public T get() {
    if (loaded == null) {
      NativeException cause = Objects.requireNonNull(failure);
      throw new NativeException(
          cause.reason(), String.valueOf(cause.getMessage()), "", "", "", cause);
    }
    return loaded;
  }
}
