// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.kernels.onednn;

import static io.cardinal.engine.kernels.onednn.OneDnn.check;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_BIAS;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_MEAN;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_MULTIPLE_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SCALE;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SHIFT;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC_1;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_VARIANCE;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_WEIGHTS;
import static org.bytedeco.dnnl.global.dnnl.dnnl_batch_normalization_forward_primitive_desc_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_binary_add;
import static org.bytedeco.dnnl.global.dnnl.dnnl_binary_primitive_desc_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_concat_primitive_desc_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_convolution_direct;
import static org.bytedeco.dnnl.global.dnnl.dnnl_convolution_forward_primitive_desc_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_eltwise_forward_primitive_desc_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_eltwise_relu;
import static org.bytedeco.dnnl.global.dnnl.dnnl_forward_inference;
import static org.bytedeco.dnnl.global.dnnl.dnnl_pooling_avg_exclude_padding;
import static org.bytedeco.dnnl.global.dnnl.dnnl_pooling_forward_primitive_desc_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_pooling_max;
import static org.bytedeco.dnnl.global.dnnl.dnnl_primitive_desc_destroy;
import static org.bytedeco.dnnl.global.dnnl.dnnl_primitive_desc_query_md;
import static org.bytedeco.dnnl.global.dnnl.dnnl_query_weights_md;
import static org.bytedeco.dnnl.global.dnnl.dnnl_softmax_accurate;
import static org.bytedeco.dnnl.global.dnnl.dnnl_softmax_forward_primitive_desc_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_use_global_stats;
import static org.bytedeco.dnnl.global.dnnl.dnnl_use_scale;
import static org.bytedeco.dnnl.global.dnnl.dnnl_use_shift;

import io.cardinal.engine.graph.Node;
import io.cardinal.engine.graph.Op;
import io.cardinal.engine.graph.Parameter;
import io.cardinal.engine.graph.Parameters.Role;
import io.cardinal.engine.graph.Shape;
import io.cardinal.engine.kernels.Kernel;
import io.cardinal.engine.kernels.KernelProvider;
import io.cardinal.engine.kernels.WorkerMemory;
import io.cardinal.engine.kernels.onednn.OneDnnKernel.Argument;
import io.cardinal.engine.platform.MemoryBudget;
import io.cardinal.engine.platform.NativeMemory;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.dnnl.dnnl_engine;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.dnnl_primitive_desc;

/**
 * Every op as a oneDNN primitive on float32, NHWC end to end, weights in the layout that oneDNN
 * likes best, post-ops fused, the scratchpad ours.
 *
 * <p>A dense layer runs as a 1x1 convolution: oneDNN's inner product sums in another order for one
 * image than for several, a convolution never does.
 */
public final class OneDnnProvider implements KernelProvider {
  private final OneDnn oneDnn = OneDnn.get();
  private final PackedWeights weights;

  /**
   * @param budget for the packed weights
   */
  public OneDnnProvider(MemoryBudget budget) {
    this.weights = new PackedWeights(oneDnn, budget);
  }

  @Override
  public String name() {
    return "onednn";
  }

  @Override
  public int elementBytes() {
    return Float.BYTES;
  }

  @Override
  public long weightBytes() {
    return weights.bytes();
  }

  @Override
  public void enterWorkerThread() {
    oneDnn.openMp().useOneThread();
  }

  @Override
  public WorkerMemory openMemory(long arenaBytes, long scratchpadBytes, MemoryBudget budget) {
    return new OneDnnMemory(oneDnn, arenaBytes, scratchpadBytes, budget);
  }

  @Override
  public Kernel kernel(Node node, List<Shape> inputs, Shape output) {
    Descriptors descriptors = new Descriptors();
    try (Attributes attributes = new Attributes(node.op());
        Builder builder = new Builder(node, inputs, output, descriptors, attributes)) {
      List<Argument> arguments = builder.describe();
      return new OneDnnKernel(descriptors, builder.description, arguments);
    } catch (RuntimeException | Error e) {
      descriptors.close();
      throw e;
    }
  }

  @Override
  public void close() {
    weights.close();
  }

  /** Describes one primitive and lists its arguments. */
  private final class Builder implements AutoCloseable {
    private final dnnl_engine engine = oneDnn.engine();
    private final Node node;
    private final List<Shape> inputs;
    private final Shape input;
    private final Shape output;
    private final Descriptors descriptors;
    private final Attributes attributes;
    private final dnnl_memory_desc from;
    private final dnnl_memory_desc to;
    private final List<Argument> arguments = new ArrayList<>();
    private dnnl_primitive_desc description = new dnnl_primitive_desc();

    Builder(
        Node node,
        List<Shape> inputs,
        Shape output,
        Descriptors descriptors,
        Attributes attributes) {
      this.node = node;
      this.inputs = inputs;
      this.input = inputs.get(0);
      this.output = output;
      this.descriptors = descriptors;
      this.attributes = attributes;
      this.from = descriptors.activation(input);
      this.to = descriptors.activation(output);
      arguments.add(Argument.input(DNNL_ARG_SRC, 0, from));
      arguments.add(Argument.output(DNNL_ARG_DST, to));
    }

    List<Argument> describe() {
      Op op = node.op();
      if (op instanceof Op.Convolution c) {
        convolution(c);
      } else if (op instanceof Op.Linear l) {
        convolution(Op.Convolution.plain(l.outputs(), 1, 1, 0, 1));
      } else if (op instanceof Op.BatchNorm norm) {
        batchNorm(norm);
      } else if (op instanceof Op.MaxPool p) {
        pool(
            dnnl_pooling_max,
            new long[] {p.stride(), p.stride()},
            new long[] {p.kernel(), p.kernel()},
            p.padding());
      } else if (op instanceof Op.GlobalAveragePool) {
        long[] map = {input.height(), input.width()};
        pool(dnnl_pooling_avg_exclude_padding, map, map, 0);
      } else if (op instanceof Op.Softmax) {
        check(
            dnnl_softmax_forward_primitive_desc_create(
                description,
                engine,
                dnnl_forward_inference,
                dnnl_softmax_accurate,
                from,
                to,
                1,
                attributes.get()),
            "a softmax of " + input);
      } else if (op instanceof Op.Relu) {
        check(
            dnnl_eltwise_forward_primitive_desc_create(
                description,
                engine,
                dnnl_forward_inference,
                dnnl_eltwise_relu,
                from,
                to,
                0,
                0,
                attributes.get()),
            "a ReLU of " + input);
      } else if (op instanceof Op.Add) {
        arguments.add(Argument.input(DNNL_ARG_SRC_1, 1, from));
        check(
            dnnl_binary_primitive_desc_create(
                description, engine, dnnl_binary_add, from, from, to, attributes.get()),
            "a sum of " + input);
      } else if (op instanceof Op.Concatenation) {
        concatenation();
      } else {
        throw new IllegalArgumentException("no kernel computes " + op);
      }
      return arguments;
    }

    private void concatenation() {
      arguments.removeIf(argument -> argument.index() == DNNL_ARG_SRC);
      try (PointerArray<dnnl_memory_desc> sources = new PointerArray<>(inputs.size());
          PointerArray<dnnl_primitive_desc> created = new PointerArray<>(1)) {
        for (int i = 0; i < inputs.size(); i++) {
          dnnl_memory_desc source = descriptors.activation(inputs.get(i));
          sources.get().put(i, source);
          arguments.add(Argument.input(DNNL_ARG_MULTIPLE_SRC + i, i, source));
        }
        check(
            dnnl_concat_primitive_desc_create(
                created.get(), engine, to, inputs.size(), 1, sources.get(), attributes.get()),
            "a concatenation to " + output);
        description = created.get().get(dnnl_primitive_desc.class, 0);
      }
    }

    @Override
    public void close() {
      dnnl_primitive_desc_destroy(description); // destroying null is allowed
    }

    private void convolution(Op.Convolution c) {
      Parameter weight = node.parameters().weight();
      int groupInputs = input.channels() / c.groups();
      dnnl_memory_desc any =
          descriptors.anyWeights(c.groups(), c.outputs(), groupInputs, c.kernel());
      dnnl_memory_desc plain =
          descriptors.plainWeights(c.groups(), c.outputs(), groupInputs, c.kernel());
      dnnl_memory_desc bias = descriptors.vector(c.outputs());
      check(
          dnnl_convolution_forward_primitive_desc_create(
              description,
              engine,
              dnnl_forward_inference,
              dnnl_convolution_direct,
              from,
              any,
              bias,
              to,
              new long[] {c.stride(), c.stride()},
              new long[] {0, 0},
              new long[] {c.padding(), c.padding()},
              padEnd(c),
              attributes.get()),
          "the convolution " + node.name() + " from " + input + " to " + output);
      dnnl_memory_desc layout =
          descriptors.copy(dnnl_primitive_desc_query_md(description, dnnl_query_weights_md, 0));
      fixed(DNNL_ARG_WEIGHTS, layout, weights.weights(weight, plain, layout));
      fixed(
          DNNL_ARG_BIAS,
          bias,
          node.parameters()
              .bias()
              .map(weights::vector)
              .orElseGet(() -> weights.zeros(c.outputs())));
    }

    private long[] padEnd(Op.Convolution c) {
      return new long[] {
        end(input.height(), output.height(), c.kernel(), c.stride(), c.padding()),
        end(input.width(), output.width(), c.kernel(), c.stride(), c.padding())
      };
    }

    private void batchNorm(Op.BatchNorm norm) {
      dnnl_memory_desc vector = descriptors.vector(input.channels());
      check(
          dnnl_batch_normalization_forward_primitive_desc_create(
              description,
              engine,
              dnnl_forward_inference,
              from,
              to,
              (float) norm.epsilon(),
              dnnl_use_global_stats | dnnl_use_scale | dnnl_use_shift,
              attributes.get()),
          "a batch normalisation of " + input);
      fixed(DNNL_ARG_SCALE, vector, weights.vector(node.parameters().weight()));
      fixed(DNNL_ARG_SHIFT, vector, weights.vector(node.parameters().get(Role.BIAS)));
      fixed(DNNL_ARG_MEAN, vector, weights.vector(node.parameters().get(Role.MEAN)));
      fixed(DNNL_ARG_VARIANCE, vector, weights.vector(node.parameters().get(Role.VARIANCE)));
    }

    private void pool(int algorithm, long[] stride, long[] kernel, int padding) {
      int side = (int) kernel[0];
      long[] paddingEnd = {
        end(input.height(), output.height(), side, (int) stride[0], padding),
        end(input.width(), output.width(), (int) kernel[1], (int) stride[1], padding)
      };
      check(
          dnnl_pooling_forward_primitive_desc_create(
              description,
              engine,
              dnnl_forward_inference,
              algorithm,
              from,
              to,
              stride,
              kernel,
              new long[] {0, 0},
              new long[] {padding, padding},
              paddingEnd,
              attributes.get()),
          "a pooling of " + input);
    }

    private void fixed(int index, dnnl_memory_desc layout, NativeMemory memory) {
      arguments.add(Argument.fixed(index, layout, memory));
    }
  }

  /** Padding at the far side with which the windows end exactly there; it may be negative. */
  private static long end(int size, int windows, int kernel, int stride, int padding) {
    return (long) (windows - 1) * stride + kernel - size - padding;
  }
}
