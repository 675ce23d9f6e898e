// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** A queue whose decoders stand still until it is opened, so that what is queued stays queued. */
final class Gate implements AutoCloseable {
  final SubmissionQueue queue;
  final AtomicInteger decoded = new AtomicInteger();
  private final AtomicInteger decoding = new AtomicInteger();
  private final CountDownLatch latch = new CountDownLatch(1);
  private final Classifier classifier;
  private final float[] image;

  Gate(Options options) {
    classifier = Classifier.open(Demo.MODEL, options);
    queue = new SubmissionQueue(classifier.network(), options, classifier.meter());
    image = classifier.tensor(Demo.photographs().get(4));
  }

  Submission submit(Duration allowed) {
    return queue.submit(this::tensor, allowed);
  }

  /** What a decoder does for each image. */
  float[] tensor() {
    decoding.incrementAndGet();
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    decoded.incrementAndGet();
    return image;
  }

  void awaitDecoding(int images) throws InterruptedException {
    while (decoding.get() < images) {
      Thread.sleep(1);
    }
    assertThat(decoding.get()).isEqualTo(images);
  }

  void open() {
    latch.countDown();
  }

  @Override
  public void close() {
    latch.countDown();
    queue.close();
    classifier.close();
  }
}
