// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.weights.verify;

import io.cardinal.engine.ModelDefinition;
import io.cardinal.engine.graph.ResNeXt;
import io.cardinal.engine.spec.ResNeXtSpec;
import io.cardinal.engine.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Compares the parameters of a model with those of the checkpoint that it should come from, value
 * by value. Equal means the same number; two NaN are equal.
 */
public final class Verifier {
  private static final int CHUNK = 1 << 16;

  private Verifier() {}

  /**
   * The tensors that differ, in the order of the state dict; empty if none does.
   *
   * @param model what a model file holds
   * @param checkpoint what it was made of
   * @return the differences, one a tensor
   * @throws IllegalArgumentException if the networks have different shapes; {@link #shapeOf} says
   *     how
   */
  public static List<Difference> compare(ModelDefinition model, ModelDefinition checkpoint) {
    if (!shapeOf(model.spec()).equals(shapeOf(checkpoint.spec()))) {
      throw new IllegalArgumentException(
          "the networks differ: "
              + shapeOf(model.spec())
              + " in the model, "
              + shapeOf(checkpoint.spec())
              + " in the checkpoint");
    }
    List<Difference> differences = new ArrayList<>();
    for (String key : ResNeXt.parameterShapes(model.spec()).keySet()) {
      Tensor ours = Objects.requireNonNull(model.tensors().get(key));
      Tensor theirs = Objects.requireNonNull(checkpoint.tensors().get(key));
      compare(key, ours, theirs).ifPresent(differences::add);
    }
    return differences;
  }

  /**
   * {@return a network's shape in one line: everything but its epsilon, which no checkpoint states}
   *
   * @param spec the network
   */
  public static String shapeOf(ResNeXtSpec spec) {
    return "blocks "
        + spec.blocks()
        + ", C="
        + spec.cardinality()
        + ", d="
        + spec.baseWidth()
        + ", stem "
        + spec.stem().kernelName()
        + " of "
        + spec.stemChannels()
        + ", first output "
        + spec.firstOutput()
        + ", classes "
        + spec.classes();
  }

  private static Optional<Difference> compare(String key, Tensor ours, Tensor theirs) {
    long elements = ours.elements();
    double[] a = new double[(int) Math.min(CHUNK, elements)];
    double[] b = new double[a.length];
    long count = 0;
    long first = -1;
    double largest = 0;
    double[] atFirst = new double[2];
    for (long start = 0; start < elements; start += a.length) {
      int length = (int) Math.min(a.length, elements - start);
      ours.read(start, a, length);
      theirs.read(start, b, length);
      for (int i = 0; i < length; i++) {
        if (Double.compare(a[i], b[i]) != 0 && a[i] != b[i]) {
          if (count++ == 0) {
            first = start + i;
            atFirst = new double[] {a[i], b[i]};
          }
          largest = Math.max(largest, Math.abs(a[i] - b[i]));
        }
      }
    }
    return count == 0
        ? Optional.empty()
        : Optional.of(
            new Difference(
                key,
                position(first, ours.shape()),
                atFirst[0],
                atFirst[1],
                count,
                elements,
                largest));
  }

  private static List<Long> position(long index, List<Integer> shape) {
    List<Long> position = new ArrayList<>();
    long rest = index;
    for (int d = shape.size() - 1; d >= 0; d--) {
      position.add(rest % shape.get(d));
      rest /= shape.get(d);
    }
    Collections.reverse(position);
    return position;
  }
}
