// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal;

import io.cardinal.engine.Model;
import io.cardinal.engine.Outputs;
import io.cardinal.image.Preprocessor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Tensors in, answers out. Threads of the classifier hold this and not the classifier itself, so
 * that one that is forgotten can be found.
 */
final class Network {
  private final Model model;
  private final Preprocessor preprocessor;
  private final Meter meter;

  Network(Model model, Preprocessor preprocessor, Meter meter) {
    this.model = model;
    this.preprocessor = preprocessor;
    this.meter = meter;
  }

  int tensorLength() {
    return preprocessor.outputLength();
  }

  /** The answers for some tensors that stand behind each other. */
  List<Classification> classify(float[] tensors, int count) {
    if (count == 0) {
      return List.of();
    }
    long start = System.nanoTime();
    float[] logits = model.infer(tensors, count, height(), width());
    meter.ran(count, start);
    return classifications(logits);
  }

  /** Logits and pooled vectors for some tensors, likewise; at least one. */
  Outputs outputs(float[] tensors, int count) {
    long start = System.nanoTime();
    Outputs outputs = model.outputs(tensors, count, height(), width());
    meter.ran(count, start);
    return outputs;
  }

  /** The pooled vector of one tensor. */
  float[] features(float[] tensor) {
    long start = System.nanoTime();
    float[] features = model.features(tensor, 1, height(), width());
    meter.ran(1, start);
    return features;
  }

  /** Cuts logits into answers. */
  List<Classification> classifications(float[] logits) {
    int classes = model.model().classes();
    List<Classification> answers = new ArrayList<>();
    for (int first = 0; first < logits.length; first += classes) {
      float[] own = Arrays.copyOfRange(logits, first, first + classes);
      answers.add(new Classification(own, model.model()));
    }
    return answers;
  }

  private int height() {
    return preprocessor.outputHeight();
  }

  private int width() {
    return preprocessor.outputWidth();
  }
}
