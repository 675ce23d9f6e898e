// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.kernels;

import io.cardinal.engine.graph.Node;
import io.cardinal.engine.graph.Op;
import io.cardinal.engine.graph.Parameter;
import io.cardinal.engine.graph.Parameters;
import io.cardinal.engine.graph.Parameters.Role;
import io.cardinal.engine.graph.Shape;
import io.cardinal.engine.kernels.reference.ReferenceMemory;
import io.cardinal.engine.platform.MemoryBudget;
import io.cardinal.engine.platform.NativeMemory;
import java.util.List;
import java.util.Map;

/** Runs one op alone, on any provider, on values given in checkpoint order (NCHW). */
final class KernelHarness {
  private KernelHarness() {}

  /**
   * A way to run an op.
   *
   * @param provider that every op has
   * @param threads that share it, of which the test's thread plays each in turn
   */
  record Way(String provider, int threads) {}

  static final List<Way> WAYS =
      List.of(new Way("reference", 1), new Way("onednn", 1), new Way("onednn", 3));

  /** An activation in checkpoint order; oneDNN gets it rounded to floats. */
  record Tensor4(Shape shape, double[] nchw) {}

  /**
   * Runs an op.
   *
   * @return the output in NCHW order
   */
  static double[] run(Way way, Op op, Map<Role, Parameter> parameters, Tensor4... inputs) {
    MemoryBudget budget = new MemoryBudget(1L << 32);
    List<Shape> shapes = List.of(inputs).stream().map(Tensor4::shape).toList();
    List<String> names = inputs.length == 1 ? List.of("a") : List.of("a", "b");
    Node node = new Node("op", op, names, new Parameters(parameters));
    Shape output = op.infer(shapes);
    try (KernelProvider provider = Providers.alone(way.provider, budget, way.threads)) {
      provider.enterWorkerThread();
      try (Kernel kernel = provider.kernel(node, shapes, output)) {
        provider.pack(0);
        return run(provider, way.threads, kernel, op, output, budget, inputs);
      }
    }
  }

  private static double[] run(
      KernelProvider provider,
      int threads,
      Kernel kernel,
      Op op,
      Shape output,
      MemoryBudget budget,
      Tensor4... inputs) {
    int size = provider.elementBytes();
    long end = 0;
    long[] offsets = new long[inputs.length];
    for (int i = 0; i < inputs.length; i++) {
      offsets[i] = end;
      end += NativeMemory.align(inputs[i].shape().elements() * size);
    }
    boolean isInPlace = op instanceof Op.Convolution c && c.hasResidual();
    long outputOffset = isInPlace ? offsets[1] : end;
    long arena = end + (isInPlace ? 0 : NativeMemory.align(output.elements() * size));
    long scratchpad = threads * kernel.scratchpadBytes();
    try (WorkerMemory memory = provider.openMemory(arena, scratchpad, budget)) {
      for (int i = 0; i < inputs.length; i++) {
        write(memory, offsets[i], toNhwc(inputs[i]));
      }
      for (int part = 0; part < threads; part++) {
        memory.bindPart(kernel, offsets, outputOffset, part, threads).run();
      }
      return toNchw(output, read(memory, outputOffset, (int) output.elements()));
    }
  }

  private static void write(WorkerMemory memory, long offset, double[] values) {
    if (memory instanceof ReferenceMemory reference) {
      System.arraycopy(values, 0, reference.arena(), (int) (offset / 8), values.length);
    } else {
      float[] floats = new float[values.length];
      for (int i = 0; i < floats.length; i++) {
        floats[i] = (float) values[i];
      }
      memory.write(offset, floats, 0, floats.length);
    }
  }

  private static double[] read(WorkerMemory memory, long offset, int count) {
    double[] values = new double[count];
    if (memory instanceof ReferenceMemory reference) {
      System.arraycopy(reference.arena(), (int) (offset / 8), values, 0, count);
    } else {
      float[] floats = new float[count];
      memory.read(offset, floats, 0, count);
      for (int i = 0; i < count; i++) {
        values[i] = floats[i];
      }
    }
    return values;
  }

  private static double[] toNhwc(Tensor4 tensor) {
    Shape s = tensor.shape();
    double[] nhwc = new double[tensor.nchw().length];
    int from = 0;
    for (int n = 0; n < s.batch(); n++) {
      for (int c = 0; c < s.channels(); c++) {
        for (int p = 0; p < s.height() * s.width(); p++) {
          nhwc[(n * s.height() * s.width() + p) * s.channels() + c] = tensor.nchw()[from++];
        }
      }
    }
    return nhwc;
  }

  private static double[] toNchw(Shape s, double[] nhwc) {
    double[] nchw = new double[nhwc.length];
    int to = 0;
    for (int n = 0; n < s.batch(); n++) {
      for (int c = 0; c < s.channels(); c++) {
        for (int p = 0; p < s.height() * s.width(); p++) {
          nchw[to++] = nhwc[(n * s.height() * s.width() + p) * s.channels() + c];
        }
      }
    }
    return nchw;
  }

  /** A parameter with values of its own, row-major. */
  record Values(String key, List<Integer> shape, double[] elements) implements Parameter {
    @Override
    public void readRow(int row, double[] into) {
      int length = rowLength();
      System.arraycopy(elements, row * length, into, 0, length);
    }
  }
}
