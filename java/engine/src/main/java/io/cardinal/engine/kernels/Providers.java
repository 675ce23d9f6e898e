// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.kernels;

import io.cardinal.engine.kernels.onednn.OneDnnProvider;
import io.cardinal.engine.kernels.reference.ReferenceProvider;
import io.cardinal.engine.platform.MemoryBudget;
import java.util.List;

/**
 * Which provider runs a network: the best first, the reference last. The reference is far too slow
 * to stand in silently for a oneDNN that cannot be loaded, so it runs only where it is asked for.
 */
public final class Providers {
  private Providers() {}

  /**
   * The choice.
   *
   * @param provider whose kernels run
   * @param notes why better ones were refused
   */
  public record Choice(KernelProvider provider, List<String> notes) {
    public Choice {
      notes = List.copyOf(notes);
    }
  }

  /**
   * Chooses a provider.
   *
   * @param kernels {@code auto}, or the name of a provider
   * @param budget for packed weights
   */
  public static Choice choose(String kernels, MemoryBudget budget) {
    return switch (kernels) {
      case "auto", "onednn" -> new Choice(new OneDnnProvider(budget), List.of());
      case "reference" ->
          new Choice(new ReferenceProvider(), List.of("reference was asked for; onednn is faster"));
      default -> throw new IllegalArgumentException("no kernels are called " + kernels);
    };
  }
}
