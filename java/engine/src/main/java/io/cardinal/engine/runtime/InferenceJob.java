// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.runtime;

import io.cardinal.engine.graph.Shape;

/** Runs the network on some images of a batch. */
final class InferenceJob extends Job {
  private final Shape input;
  private final float[] images;
  private final int firstImage;
  private final float[] logits;
  private final int firstLogit;

  InferenceJob(Shape input, float[] images, int firstImage, float[] logits, int firstLogit) {
    this.input = input;
    this.images = images;
    this.firstImage = firstImage;
    this.logits = logits;
    this.firstLogit = firstLogit;
  }

  @Override
  void run(Worker worker) {
    worker.executor(input).run(images, firstImage, logits, firstLogit);
  }
}
