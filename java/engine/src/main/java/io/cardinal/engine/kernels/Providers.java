// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.kernels;

import io.cardinal.engine.NativeException;
import io.cardinal.engine.NativeException.Reason;
import io.cardinal.engine.compile.Compiler;
import io.cardinal.engine.graph.Graph;
import io.cardinal.engine.graph.Shape;
import io.cardinal.engine.kernels.cardinal.CardinalLibrary;
import io.cardinal.engine.kernels.cardinal.CardinalProvider;
import io.cardinal.engine.kernels.onednn.OneDnnProvider;
import io.cardinal.engine.kernels.reference.ReferenceProvider;
import io.cardinal.engine.platform.MemoryBudget;
import java.util.List;
import java.util.Optional;

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
   * @param graph the network as this provider runs it
   * @param notes why better ones were refused
   */
  public record Choice(KernelProvider provider, Graph graph, List<String> notes) {
    public Choice {
      notes = List.copyOf(notes);
    }
  }

  /**
   * Chooses a provider for a network.
   *
   * @param kernels {@code auto}, or the name of a provider
   * @param graph the compiled network
   * @param usual shape of one usual image
   * @param budget for packed weights
   * @param threads how many share an image
   */
  public static Choice choose(
      String kernels, Graph graph, Shape usual, MemoryBudget budget, int threads) {
    if (kernels.equals("auto")) {
      return best(graph, usual, budget, threads);
    } else if (kernels.equals("cardinal")) {
      Graph fused = Compiler.fuseProjections(graph);
      CardinalProvider.refusal(fused, usual, budget)
          .ifPresent(
              reason -> {
                throw new NativeException(
                    Reason.ENGINE,
                    "the kernels cardinal cannot run this network",
                    "layers that they have",
                    reason,
                    "take kernels onednn, or auto");
              });
      return new Choice(new CardinalProvider(fused, usual, budget), fused, List.of());
    }
    List<String> notes =
        kernels.equals("reference")
            ? List.of("reference was asked for; onednn is faster")
            : List.of();
    return new Choice(alone(kernels, budget, threads), graph, notes);
  }

  /** libcardinal where it can run the network and the table for this CPU says that it is faster. */
  private static Choice best(Graph graph, Shape usual, MemoryBudget budget, int threads) {
    Graph fused = Compiler.fuseProjections(graph);
    Optional<String> refusal =
        CardinalLibrary.refusal().or(() -> CardinalProvider.refusal(fused, usual, budget));
    if (refusal.isPresent()) {
      String note = "cardinal: " + refusal.get();
      return new Choice(new OneDnnProvider(budget, threads), graph, List.of(note));
    }
    KernelTable table = KernelTable.forThisCpu();
    Optional<KernelTable.Estimate> estimate = table.estimate(graph, usual);
    boolean isFaster = estimate.isEmpty() || estimate.get().cardinal() <= estimate.get().oneDnn();
    List<String> notes = estimate.stream().map(table::describe).toList();
    return isFaster
        ? new Choice(new CardinalProvider(fused, usual, budget), fused, notes)
        : new Choice(new OneDnnProvider(budget, threads), graph, notes);
  }

  /**
   * A provider that runs any layer alone.
   *
   * @param kernels {@code onednn} or {@code reference}
   * @param budget for packed weights
   * @param threads how many share an image
   */
  public static KernelProvider alone(String kernels, MemoryBudget budget, int threads) {
    return switch (kernels) {
      case "onednn" -> new OneDnnProvider(budget, threads);
      case "reference" -> new ReferenceProvider();
      default -> throw new IllegalArgumentException("no kernels are called " + kernels);
    };
  }
}
