// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal;

import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;

/** What a flight recording of the JVM sees; nothing is done while none is made. */
final class Events {
  private Events() {}

  /** An image file becomes an input of the network. */
  @Name("cardinal.Decode")
  @Label("Decode")
  @Category("Cardinal")
  @Description("An image file is decoded, resized and cropped")
  @StackTrace(false)
  static final class Decode extends Event {
    @Label("File Size")
    @DataAmount
    long bytes;

    @Label("Kind")
    String kind = "";

    @Label("Width")
    int width;

    @Label("Height")
    int height;

    @Label("Wait for Memory")
    @Timespan
    long waiting;

    @Label("Refusal")
    @Description("The reason where it is refused")
    String refusal = "";
  }

  /** The network runs on some images. */
  @Name("cardinal.Inference")
  @Label("Inference")
  @Category("Cardinal")
  @Description("The network runs on a batch, the wait for a worker included")
  @StackTrace(false)
  static final class Inference extends Event {
    @Label("Images")
    int images;
  }

  /** A batch is put together. */
  @Name("cardinal.Batch")
  @Label("Batch")
  @Category("Cardinal")
  @Description("A batch is put together, the wait for its images included")
  @StackTrace(false)
  static final class Batch extends Event {
    @Label("Images")
    int images;

    @Label("Queue Depth")
    @Description("Images that wait behind it")
    int queueDepth;
  }
}
