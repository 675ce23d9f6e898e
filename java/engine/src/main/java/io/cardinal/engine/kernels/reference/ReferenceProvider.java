// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.kernels.reference;

import io.cardinal.engine.graph.Node;
import io.cardinal.engine.graph.Op;
import io.cardinal.engine.graph.Parameter;
import io.cardinal.engine.graph.Parameters;
import io.cardinal.engine.graph.Parameters.Role;
import io.cardinal.engine.graph.Shape;
import io.cardinal.engine.kernels.Kernel;
import io.cardinal.engine.kernels.KernelProvider;
import io.cardinal.engine.platform.MemoryBudget;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Every op as plain loops in double: the specification of each op and the oracle of the others.
 * Readable before fast.
 */
public final class ReferenceProvider implements KernelProvider {
  private final Map<String, double[]> parameters = new HashMap<>();
  private long weightBytes;

  @Override
  public String name() {
    return "reference";
  }

  @Override
  public int elementBytes() {
    return Double.BYTES;
  }

  @Override
  public long weightBytes() {
    return weightBytes;
  }

  @Override
  public void enterWorkerThread() {
    // nothing to set: plain Java
  }

  @Override
  public ReferenceMemory openMemory(long arenaBytes, long scratchpadBytes, MemoryBudget budget) {
    return new ReferenceMemory(arenaBytes);
  }

  @Override
  public Kernel kernel(Node node, List<Shape> inputs, Shape output) {
    Op op = node.op();
    Shape x = inputs.get(0);
    Parameters given = node.parameters();
    if (op instanceof Op.Convolution c) {
      return new ConvolutionReference(c, x, output, weight(node), bias(node));
    } else if (op instanceof Op.PointwiseSum sum) {
      return new PointwiseSumReference(sum, x, inputs.get(1), weight(node), bias(node));
    } else if (op instanceof Op.Linear) {
      return new LinearReference(x, output, weight(node), bias(node));
    } else if (op instanceof Op.BatchNorm norm) {
      return new BatchNormReference(
          x,
          norm.epsilon(),
          weight(node),
          bias(node),
          values(given.get(Role.MEAN)),
          values(given.get(Role.VARIANCE)));
    } else if (op instanceof Op.MaxPool pool) {
      return new MaxPoolReference(pool, x, output);
    } else if (op instanceof Op.GlobalAveragePool) {
      return new GlobalAveragePoolReference(x);
    } else if (op instanceof Op.Softmax) {
      return new SoftmaxReference(x);
    } else if (op instanceof Op.Relu) {
      return new ReluReference(x);
    } else if (op instanceof Op.Add) {
      return new AddReference(x);
    } else if (op instanceof Op.Concatenation) {
      return new ConcatenationReference(inputs);
    }
    throw new IllegalArgumentException("no kernel computes " + op);
  }

  @Override
  public void close() {
    parameters.clear();
  }

  private double[] weight(Node node) {
    return values(node.parameters().weight());
  }

  private double[] bias(Node node) {
    return node.parameters()
        .bias()
        .map(this::values)
        .orElseGet(() -> new double[node.parameters().weight().rows()]);
  }

  private double[] values(Parameter parameter) {
    return parameters.computeIfAbsent(parameter.key(), key -> read(parameter));
  }

  private double[] read(Parameter parameter) {
    double[] all = new double[Math.multiplyExact(parameter.rows(), parameter.rowLength())];
    parameter.readRows(0, parameter.rows(), all);
    weightBytes += (long) Double.BYTES * all.length;
    return all;
  }
}
