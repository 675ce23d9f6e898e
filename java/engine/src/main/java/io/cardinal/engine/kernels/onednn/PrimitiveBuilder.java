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
import static org.bytedeco.dnnl.global.dnnl.dnnl_reorder_primitive_desc_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_softmax_accurate;
import static org.bytedeco.dnnl.global.dnnl.dnnl_softmax_forward_primitive_desc_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_use_global_stats;
import static org.bytedeco.dnnl.global.dnnl.dnnl_use_scale;
import static org.bytedeco.dnnl.global.dnnl.dnnl_use_shift;

import io.cardinal.engine.graph.Node;
import io.cardinal.engine.graph.Op;
import io.cardinal.engine.graph.Parameters;
import io.cardinal.engine.graph.Parameters.Role;
import io.cardinal.engine.graph.Shape;
import io.cardinal.engine.kernels.onednn.Division.Tile;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.dnnl.dnnl_engine;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.dnnl_primitive_desc;

/** Describes the primitive of one tile of a layer, lists its arguments, and creates it. */
final class PrimitiveBuilder implements AutoCloseable {
  private final dnnl_engine engine;
  private final Node node;
  private final List<Shape> inputs;
  private final Tile tile;
  private final Shape input;
  private final Shape output;
  private final PackedWeights weights;
  private final Descriptors descriptors;
  private final Attributes attributes;
  private final dnnl_memory_desc from;
  private final dnnl_memory_desc to;
  private final Map<Integer, Operand> arguments = new LinkedHashMap<>();
  private dnnl_primitive_desc description = new dnnl_primitive_desc();

  /**
   * Names what is to be made.
   *
   * @param node the layer; a dense one as the convolution that it runs as
   * @param inputs shapes of its inputs; those after the first matter where a tile is the whole
   * @param tile what the primitive computes
   * @param source the tile's input
   * @param target the tile's output
   */
  PrimitiveBuilder(
      OneDnn oneDnn,
      PackedWeights weights,
      Descriptors descriptors,
      Node node,
      List<Shape> inputs,
      Tile tile,
      Operand source,
      Operand target) {
    this.engine = oneDnn.engine();
    this.node = node;
    this.inputs = inputs;
    this.tile = tile;
    this.input = tile.input();
    this.output = tile.output();
    this.weights = weights;
    this.descriptors = descriptors;
    this.from = source.layout();
    this.to = target.layout();
    this.attributes = new Attributes(node.op());
    arguments.put(DNNL_ARG_SRC, source);
    arguments.put(DNNL_ARG_DST, target);
  }

  /** Creates the primitive; its scratchpad may begin at some offset of the thread's own. */
  OneDnnPrimitive build(long scratchpadOffset) {
    Op op = node.op();
    if (op instanceof Op.Convolution c) {
      convolution(c);
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
      arguments.put(DNNL_ARG_SRC_1, Operand.input(1, 0, from));
      check(
          dnnl_binary_primitive_desc_create(
              description, engine, dnnl_binary_add, from, from, to, attributes.get()),
          "a sum of " + input);
    } else if (op instanceof Op.Concatenation) {
      concatenation();
    } else {
      throw new IllegalArgumentException("no kernel computes " + op);
    }
    return new OneDnnPrimitive(descriptors, description, arguments, scratchpadOffset);
  }

  /** Creates a primitive that copies values into another layout. */
  static OneDnnPrimitive copy(
      OneDnn oneDnn, Descriptors descriptors, Operand from, Operand to, long scratchpadOffset) {
    dnnl_primitive_desc description = new dnnl_primitive_desc();
    try (Attributes attributes = new Attributes()) {
      check(
          dnnl_reorder_primitive_desc_create(
              description,
              from.layout(),
              oneDnn.engine(),
              to.layout(),
              oneDnn.engine(),
              attributes.get()),
          "a copy");
      return new OneDnnPrimitive(
          descriptors, description, Map.of(DNNL_ARG_SRC, from, DNNL_ARG_DST, to), scratchpadOffset);
    } finally {
      dnnl_primitive_desc_destroy(description);
    }
  }

  @Override
  public void close() {
    dnnl_primitive_desc_destroy(description); // destroying null is allowed
    attributes.close();
  }

  private void concatenation() {
    arguments.remove(DNNL_ARG_SRC);
    try (PointerArray<dnnl_memory_desc> sources = new PointerArray<>(inputs.size());
        PointerArray<dnnl_primitive_desc> created = new PointerArray<>(1)) {
      for (int i = 0; i < inputs.size(); i++) {
        dnnl_memory_desc source = descriptors.activation(inputs.get(i));
        sources.get().put(i, source);
        arguments.put(DNNL_ARG_MULTIPLE_SRC + i, Operand.input(i, 0, source));
      }
      check(
          dnnl_concat_primitive_desc_create(
              created.get(), engine, to, inputs.size(), 1, sources.get(), attributes.get()),
          "a concatenation to " + output);
      description = created.get().get(dnnl_primitive_desc.class, 0);
    }
  }

  private void convolution(Op.Convolution c) {
    Parameters parameters = node.parameters();
    int outputs = output.channels();
    int groups = c.groups() == 1 ? 1 : outputs / (c.outputs() / c.groups());
    int groupInputs = input.channels() / groups;
    dnnl_memory_desc any = descriptors.anyWeights(groups, outputs, groupInputs, c.kernel());
    dnnl_memory_desc plain = descriptors.plainWeights(groups, outputs, groupInputs, c.kernel());
    dnnl_memory_desc bias = descriptors.vector(outputs);
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
            new long[] {tile.paddingAbove(), c.padding()},
            paddingAfter(c.kernel(), c.kernel(), c.stride(), c.stride(), c.padding()),
            attributes.get()),
        "the convolution " + node.name() + " from " + input + " to " + output);
    dnnl_memory_desc layout =
        descriptors.copy(dnnl_primitive_desc_query_md(description, dnnl_query_weights_md, 0));
    arguments.put(
        DNNL_ARG_WEIGHTS,
        Operand.fixed(
            weights.weights(parameters.weight(), tile.firstChannel(), outputs, plain, layout),
            0,
            layout));
    arguments.put(
        DNNL_ARG_BIAS,
        Operand.fixed(
            parameters.bias().map(weights::vector).orElseGet(() -> weights.zeros(c.outputs())),
            (long) Float.BYTES * tile.firstChannel(),
            bias));
  }

  private void batchNorm(Op.BatchNorm norm) {
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
    vector(DNNL_ARG_SCALE, Role.WEIGHT);
    vector(DNNL_ARG_SHIFT, Role.BIAS);
    vector(DNNL_ARG_MEAN, Role.MEAN);
    vector(DNNL_ARG_VARIANCE, Role.VARIANCE);
  }

  private void vector(int index, Role role) {
    arguments.put(
        index,
        Operand.fixed(
            weights.vector(node.parameters().get(role)), 0, descriptors.vector(input.channels())));
  }

  private void pool(int algorithm, long[] stride, long[] kernel, int padding) {
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
            new long[] {tile.paddingAbove(), padding},
            paddingAfter(kernel[0], kernel[1], stride[0], stride[1], padding),
            attributes.get()),
        "a pooling of " + input);
  }

  /** Padding below and at the right. */
  private long[] paddingAfter(
      long height, long width, long stepDown, long stepRight, int paddingLeft) {
    return new long[] {
      end(input.height(), output.height(), height, stepDown, tile.paddingAbove()),
      end(input.width(), output.width(), width, stepRight, paddingLeft)
    };
  }

  /** Padding at the far side with which the windows end exactly there; it may be negative. */
  private static long end(int size, int windows, long kernel, long stride, int padding) {
    return (windows - 1) * stride + kernel - size - padding;
  }
}
