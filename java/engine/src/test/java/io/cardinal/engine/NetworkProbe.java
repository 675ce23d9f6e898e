// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine;

import io.cardinal.engine.graph.Op;
import io.cardinal.engine.kernels.onednn.OneDnn;
import io.cardinal.engine.tensor.FormulaTensors;
import java.util.ArrayList;
import java.util.List;

/** A child JVM's main: runs two images through a network and prints what it ran on. */
public final class NetworkProbe {
  private NetworkProbe() {}

  /**
   * What a child printed.
   *
   * @param instructionSet what oneDNN used
   * @param implementations of the convolutions
   * @param logits of both images
   */
  public record Report(String instructionSet, List<String> implementations, float[] logits) {
    /** Reads a child's output. */
    public static Report parse(List<String> lines) {
      List<String> implementations = new ArrayList<>();
      List<Float> logits = new ArrayList<>();
      for (String line : lines.subList(1, lines.size())) {
        if (line.startsWith("logit ")) {
          logits.add(Float.parseFloat(line.substring(6)));
        } else {
          implementations.add(line);
        }
      }
      float[] values = new float[logits.size()];
      for (int i = 0; i < values.length; i++) {
        values[i] = logits.get(i);
      }
      return new Report(lines.get(0), implementations, values);
    }
  }

  /** {@code small}, or a named architecture. */
  public static ModelDefinition network(String name) {
    return name.equals("small") ? Networks.formula(Networks.SMALL, 64, 0) : Networks.named(name);
  }

  /** The logits of the formula's two images. */
  public static float[] logits(Model model) {
    int size = model.model().preprocessing().height();
    float[] images = new float[2 * size * size * 3];
    for (int i = 0; i < 2; i++) {
      float[] image = FormulaTensors.image(i, size);
      System.arraycopy(image, 0, images, i * image.length, image.length);
    }
    return model.infer(images, 2, size, size);
  }

  /** Arguments: the network, and the kernels unless they are oneDNN's. */
  public static void main(String[] arguments) {
    String kernels = arguments.length > 1 ? arguments[1] : "onednn";
    EngineOptions options = EngineOptions.defaults().withKernels(kernels).withWorkers(1);
    try (Model model = Model.open(network(arguments[0]), options)) {
      System.out.println(OneDnn.get().instructionSet());
      model.plan(2).steps().stream()
          .filter(step -> step.node().op() instanceof Op.Convolution)
          .forEach(step -> System.out.println(step.implementation()));
      for (float logit : logits(model)) {
        System.out.println("logit " + logit);
      }
    } catch (NativeException e) {
      System.out.println(e.reason() + " " + e.getMessage());
      System.exit(4);
    }
  }
}
