// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.weights.onnx;

import io.cardinal.engine.ModelDefinition;
import io.cardinal.engine.ModelException;
import io.cardinal.engine.ModelException.Reason;
import io.cardinal.engine.compile.Compiler;
import io.cardinal.engine.graph.Graph;
import io.cardinal.engine.graph.ResNeXt;
import java.io.IOException;
import java.nio.channels.WritableByteChannel;
import java.util.Map;
import java.util.TreeMap;

/**
 * A network as an ONNX model, for other engines: float32, from the input {@code images}, [N, 3,
 * height, width], preprocessed, red first, to the output {@code logits}, [N, classes]. N is open,
 * height and width are the model's usual ones.
 *
 * <p>Layers and weights keep their checkpoint's names. The same arguments give the same bytes.
 * Thread-safe. The weights are read when they are written, so that the definition's tensors must be
 * readable until then.
 *
 * <p>The file's format is stated by ONNX's {@code onnx.proto}, the operators by its {@code
 * Operators.md}.
 */
public final class OnnxModel {
  /** The largest message of protocol buffers, in bytes. */
  private static final long LARGEST = Integer.MAX_VALUE;

  private static final int IR_VERSION = 8;
  private static final int OPERATOR_SET = 17;

  private final Message message;

  /** What becomes of batch normalisations. */
  public enum BatchNorm {
    /**
     * They go into the convolutions before them, worked out in double: what engines run fastest.
     */
    FOLD,
    /** They stay layers of their own, with the checkpoint's numbers. */
    KEEP
  }

  private OnnxModel(Message message) {
    this.message = message;
  }

  /**
   * Describes a network.
   *
   * @param definition the network and its tensors
   * @param metadata texts to store beside the network, by name
   * @param batchNorm what becomes of batch normalisations
   * @return the model, ready to be written
   * @throws ModelException if a parameter is missing or has the wrong shape, or if the network is
   *     larger than the 2 GiB that an ONNX file can hold
   */
  public static OnnxModel of(
      ModelDefinition definition, Map<String, String> metadata, BatchNorm batchNorm) {
    Graph graph = ResNeXt.build(definition.spec(), definition.tensors());
    graph = batchNorm == BatchNorm.FOLD ? Compiler.compile(graph) : graph;
    Message message =
        new Message()
            .number(1, IR_VERSION)
            .text(2, "cardinal")
            .message(7, new OnnxGraph(graph).write(definition))
            .message(8, new Message().text(1, "").number(2, OPERATOR_SET));
    new TreeMap<>(metadata)
        .forEach((key, value) -> message.message(14, new Message().text(1, key).text(2, value)));
    if (message.bytes() > LARGEST) {
      throw new ModelException(
          Reason.TOO_LARGE,
          definition.name() + " does not fit into an ONNX file",
          "at most " + LARGEST + " bytes",
          message.bytes() + " bytes",
          "");
    }
    return new OnnxModel(message);
  }

  /** {@return the bytes that are written, at most 2^31 - 1} */
  public int bytes() {
    return Math.toIntExact(message.bytes());
  }

  /**
   * Writes the whole model; its weights pass through, none is held in memory.
   *
   * @param channel is left open
   * @throws IOException if the channel fails
   * @throws java.io.UncheckedIOException if the weights cannot be read
   */
  public void writeTo(WritableByteChannel channel) throws IOException {
    message.writeTo(channel);
  }
}
