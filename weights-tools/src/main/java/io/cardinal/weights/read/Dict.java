// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.weights.read;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A dictionary of a checkpoint: text keys in order, each with a {@link
 * io.cardinal.engine.tensor.Tensor}, an {@link OtherTensor}, a nested dictionary, or something else
 * that is of no interest. Equal only to itself, so that one that contains itself does no harm.
 */
public final class Dict {
  private final Map<String, Object> entries = new LinkedHashMap<>();

  Dict() {}

  void put(String key, Object value) {
    entries.put(key, value);
  }

  /** What stands under a key, if anything. */
  public @Nullable Object get(String key) {
    return entries.get(key);
  }

  /** The entries with text keys, in order; others are left out. */
  public Map<String, Object> entries() {
    return Collections.unmodifiableMap(entries);
  }
}
