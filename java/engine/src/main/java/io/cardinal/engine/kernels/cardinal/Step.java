// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.kernels.cardinal;

import io.cardinal.engine.graph.Node;
import io.cardinal.engine.graph.Op;
import io.cardinal.engine.graph.Shape;
import io.cardinal.engine.kernels.WorkerMemory.BoundKernel;
import io.cardinal.engine.platform.MemoryBudget;
import io.cardinal.engine.platform.NativeMemory;
import io.cardinal.natives.Libcardinal;
import io.cardinal.natives.cardinal_convolution;
import io.cardinal.natives.cardinal_step;
import java.util.List;
import java.util.Optional;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;
import org.jspecify.annotations.Nullable;

/** One layer at one input shape, as libcardinal knows it; whoever makes it closes it. */
final class Step implements AutoCloseable {
  private final cardinal_step handle;
  private final String name;

  private Step(cardinal_step handle, String name) {
    this.handle = handle;
    this.name = name;
  }

  /** A step for a node, between values in the order of their channels, or why there is none. */
  static Created create(
      Node node, List<Shape> inputs, Shape output, Interleaving interleaving, MemoryBudget budget) {
    Op op = node.op();
    Shape input = inputs.get(0);
    cardinal_step handle = new cardinal_step();
    int status;
    if (op instanceof Op.Convolution || op instanceof Op.PointwiseSum) {
      status = convolution(node, inputs, interleaving, budget, handle);
    } else if (op instanceof Op.MaxPool p && p.equals(new Op.MaxPool(3, 2, 1))) {
      status =
          Libcardinal.cardinal_max_pool_create(
              input.batch(), input.height(), input.width(), input.channels(), handle);
    } else if (op instanceof Op.GlobalAveragePool) {
      status =
          Libcardinal.cardinal_average_pool_create(
              input.batch(), input.height(), input.width(), input.channels(), handle);
    } else if (op instanceof Op.Linear) {
      status =
          Libcardinal.cardinal_linear_create(
              input.batch(), input.channels(), output.channels(), handle);
    } else {
      return refused(node, "expected a layer that libcardinal has a kernel for, found " + op);
    }
    if (status == Libcardinal.CARDINAL_OK) {
      return new Created(new Step(handle, node.name()), "");
    } else if (status == Libcardinal.CARDINAL_UNSUPPORTED) {
      return refused(node, CardinalLibrary.lastError());
    }
    throw CardinalLibrary.failure(status, "the layer " + node.name());
  }

  private static Created refused(Node node, String reason) {
    return new Created(null, node.name() + ": " + reason);
  }

  /**
   * What making a step gave.
   *
   * @param step the step, or null
   * @param refusal why there is none
   */
  record Created(@Nullable Step step, String refusal) {
    Optional<String> refused() {
      return step == null ? Optional.of(refusal) : Optional.empty();
    }

    Step orThrow() {
      if (step == null) {
        throw new IllegalStateException(refusal);
      }
      return step;
    }
  }

  private static int convolution(
      Node node,
      List<Shape> inputs,
      Interleaving interleaving,
      MemoryBudget budget,
      cardinal_step handle) {
    Op.Convolution c = firstOf(node.op());
    Shape input = inputs.get(0);
    int size = Pointer.sizeof(cardinal_convolution.class);
    try (NativeMemory block = NativeMemory.allocate(budget, size, "a layer")) {
      cardinal_convolution shape =
          new cardinal_convolution(block.at(0))
              .batch(input.batch())
              .height(input.height())
              .width(input.width())
              .inputs(input.channels())
              .outputs(c.outputs())
              .kernel(c.kernel())
              .stride(c.stride())
              .padding(c.padding())
              .groups(c.groups())
              .has_residual(c.hasResidual() ? 1 : 0)
              .has_relu(c.hasRelu() ? 1 : 0)
              .input_interleave(interleaving.of(node.inputs().get(0)))
              .output_interleave(interleaving.of(node.name()))
              .second_inputs(0)
              .second_height(0)
              .second_width(0)
              .second_stride(0);
      if (node.op() instanceof Op.PointwiseSum sum) {
        Shape second = inputs.get(1);
        shape
            .second_inputs(second.channels())
            .second_height(second.height())
            .second_width(second.width())
            .second_stride(sum.secondStride());
      }
      return Libcardinal.cardinal_convolution_create(shape, handle);
    }
  }

  /** Of a sum of two convolutions the first, with the sum's end. */
  private static Op.Convolution firstOf(Op op) {
    return op instanceof Op.PointwiseSum sum
        ? new Op.Convolution(sum.outputs(), 1, 1, 0, 1, false, sum.hasRelu())
        : (Op.Convolution) op;
  }

  /** What runs. */
  String kernel() {
    return Libcardinal.cardinal_step_kernel(handle).getString();
  }

  long inputFloats() {
    return Libcardinal.cardinal_step_input_floats(handle);
  }

  /** Of a second input; 0 without one. */
  long secondFloats() {
    return Libcardinal.cardinal_step_second_floats(handle);
  }

  long outputFloats() {
    return Libcardinal.cardinal_step_output_floats(handle);
  }

  long packedFloats() {
    return Libcardinal.cardinal_step_packed_floats(handle);
  }

  long scratchFloats() {
    return Libcardinal.cardinal_step_scratch_floats(handle);
  }

  /** Output rows of which it can run ranges; 0 if it cannot. */
  long rows() {
    return Libcardinal.cardinal_step_rows(handle);
  }

  void pack(
      FloatPointer weights, long count, FloatPointer bias, long outputs, FloatPointer packed) {
    CardinalLibrary.check(
        Libcardinal.cardinal_step_pack(
            handle, weights, count, bias, outputs, packed, packedFloats()),
        "the weights of " + name);
  }

  /**
   * A part of a run on some places; running it allocates nothing. Null stands for what the step
   * does not need.
   *
   * @param scratch of each thread that may run pieces of it; none if the step needs none
   */
  BoundKernel bind(
      FloatPointer input,
      @Nullable FloatPointer second,
      @Nullable FloatPointer packed,
      FloatPointer output,
      List<FloatPointer> scratch,
      int part,
      int parts,
      int pieces) {
    return new Bound(
        this, input, second, packed, output, List.copyOf(scratch), part, parts, pieces);
  }

  private record Bound(
      Step step,
      FloatPointer input,
      @Nullable FloatPointer second,
      @Nullable FloatPointer packed,
      FloatPointer output,
      List<FloatPointer> scratch,
      int part,
      int parts,
      int pieces)
      implements BoundKernel {
    @Override
    public void run() {
      for (int piece = 0; piece < pieces; piece++) {
        run(piece, part);
      }
    }

    @Override
    public void run(int piece, int thread) {
      FloatPointer own = scratch(thread);
      check(
          Libcardinal.cardinal_step_run_part(
              step.handle,
              part,
              parts,
              piece,
              pieces,
              input,
              input.limit(),
              second,
              floats(second),
              packed,
              floats(packed),
              output,
              output.limit(),
              own,
              floats(own)));
    }

    @Override
    public BoundKernel rows(int first, int count) {
      if (parts > 1) {
        throw new UnsupportedOperationException("a part has no rows of its own");
      }
      FloatPointer own = scratch(0);
      return () ->
          check(
              Libcardinal.cardinal_step_run_rows(
                  step.handle,
                  first,
                  count,
                  input,
                  input.limit(),
                  second,
                  floats(second),
                  packed,
                  floats(packed),
                  output,
                  output.limit(),
                  own,
                  floats(own)));
    }

    private @Nullable FloatPointer scratch(int thread) {
      return scratch.isEmpty() ? null : scratch.get(thread);
    }

    private static long floats(@Nullable FloatPointer place) {
      return place == null ? 0 : place.limit();
    }

    private void check(int status) {
      if (status != Libcardinal.CARDINAL_OK) {
        throw CardinalLibrary.failure(status, "the layer " + step.name);
      }
    }
  }

  @Override
  public void close() {
    Libcardinal.cardinal_step_destroy(handle); // destroying null is allowed
    handle.setNull();
  }
}
