// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.benchmarks;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions.ExecutionMode;
import ai.onnxruntime.OrtSession.SessionOptions.OptLevel;
import io.cardinal.engine.ModelDefinition;
import io.cardinal.weights.onnx.OnnxModel;
import io.cardinal.weights.onnx.OnnxModel.BatchNorm;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.Channels;
import java.util.Map;

/** A network of ours, exported, on ONNX Runtime, with the images of one batch. */
final class OnnxNetwork implements AutoCloseable {
  private final OrtSession session;
  private final OnnxTensor images;

  /**
   * Opens a network.
   *
   * @param threads that run one call together
   * @param nhwc images as {@code Model} takes them, all of the batch
   */
  OnnxNetwork(ModelDefinition definition, BatchNorm batchNorm, int threads, int batch, float[] nhwc)
      throws OrtException, IOException {
    OnnxModel model = OnnxModel.of(definition, Map.of(), batchNorm);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(model.bytes());
    model.writeTo(Channels.newChannel(bytes));
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(threads);
      options.setExecutionMode(ExecutionMode.SEQUENTIAL);
      options.setOptimizationLevel(OptLevel.ALL_OPT);
      session = environment.createSession(bytes.toByteArray(), options);
    }
    int height = definition.preprocessing().height();
    int width = definition.preprocessing().width();
    images =
        OnnxTensor.createTensor(
            environment, nchw(nhwc, batch, height * width), new long[] {batch, 3, height, width});
  }

  /** One call; gives the logits, image by image. */
  float[] run() throws OrtException {
    try (OrtSession.Result result = session.run(Map.of("images", images))) {
      FloatBuffer logits = ((OnnxTensor) result.get(0)).getFloatBuffer();
      float[] all = new float[logits.remaining()];
      logits.get(all);
      return all;
    }
  }

  @Override
  public void close() throws OrtException {
    images.close();
    session.close();
  }

  private static FloatBuffer nchw(float[] nhwc, int batch, int plane) {
    FloatBuffer nchw =
        ByteBuffer.allocateDirect(nhwc.length * Float.BYTES)
            .order(ByteOrder.nativeOrder())
            .asFloatBuffer();
    for (int n = 0; n < batch; n++) {
      for (int c = 0; c < 3; c++) {
        for (int i = 0; i < plane; i++) {
          nchw.put(nhwc[(n * plane + i) * 3 + c]);
        }
      }
    }
    return nchw.flip();
  }
}
