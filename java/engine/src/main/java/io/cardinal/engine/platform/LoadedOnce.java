// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.platform;

import io.cardinal.engine.NativeException;
import java.util.Objects;
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

  /** Loads now. */
  public static <T> LoadedOnce<T> attempt(Supplier<T> load) {
    try {
      return new LoadedOnce<>(load.get(), null);
    } catch (NativeException e) {
      return new LoadedOnce<>(null, e);
    }
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
