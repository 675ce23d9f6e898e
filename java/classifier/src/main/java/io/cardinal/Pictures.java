// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal;

import io.cardinal.DecodeBudget.Need;
import io.cardinal.image.DecodingNeed;
import io.cardinal.image.ImageDecoder;
import io.cardinal.image.ImageException;
import io.cardinal.image.ImageKind;
import io.cardinal.image.Pixels;
import io.cardinal.image.Preprocessor;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/**
 * Reads image files and makes pictures of the network's size of them, within the memory that they
 * may take. Thread-safe.
 */
final class Pictures {
  private final ImageDecoder decoder;
  private final Preprocessor preprocessor;
  private final DecodeBudget budget;

  /**
   * What a file became.
   *
   * @param input the picture of the network's size
   * @param preview the picture made small, if that was asked for
   */
  record Prepared(Pixels input, @Nullable BufferedImage preview) {}

  /** A file that was read ahead, or is too large for that; {@link #prepare} or {@link #drop} it. */
  static final class ReadAhead {
    private final ImageSource source;
    private byte @Nullable [] bytes;

    private ReadAhead(ImageSource source, byte @Nullable [] bytes) {
      this.source = source;
      this.bytes = bytes;
    }
  }

  Pictures(ImageDecoder decoder, Preprocessor preprocessor, DecodeBudget budget) {
    this.decoder = decoder;
    this.preprocessor = preprocessor;
    this.budget = budget;
  }

  /** The picture of the network's size of a file in memory, whose bytes are the caller's. */
  Pixels input(byte[] file) {
    long start = System.nanoTime();
    Need need = need(file, 0);
    budget.take(need);
    try {
      return decode(file, 0, System.nanoTime() - start, new WorkTimes()).input;
    } finally {
      budget.giveBack(need);
    }
  }

  /** The same of any file. */
  Pixels input(ImageSource source) {
    WorkTimes times = new WorkTimes();
    return prepare(read(source, times), 0, times).input;
  }

  /** The same of a picture in memory. */
  Pixels input(BufferedImage image) {
    int width = image.getWidth();
    int height = image.getHeight();
    BufferedImages.checkPixels(image, decoder.maxPixels());
    long copy = (long) BufferedImages.CHANNELS * width * height;
    Need need = new Need(copy + preprocessor.resizingBytes(width, height), 0);
    budget.check(need, width + " x " + height + " pixels");
    budget.take(need);
    try {
      return preprocessor.apply(BufferedImages.pixels(image));
    } finally {
      budget.giveBack(need);
    }
  }

  /**
   * Reads a file as soon as there is room; one that is too large for that is left to {@link
   * #prepare}.
   *
   * @param times what the reading takes is added to them
   */
  ReadAhead read(ImageSource source, WorkTimes times) {
    long stated = source.size();
    decoder.checkBytes(stated);
    if (stated > budget.readAhead()) {
      return new ReadAhead(source, null);
    }
    long room = Math.max(0, stated);
    budget.takeFile(room);
    long held = 0;
    try {
      byte[] bytes = bytes(source, times);
      held = bytes.length;
      return new ReadAhead(source, bytes);
    } finally {
      budget.countFile(held - room); // the size may not be known, or have changed
    }
  }

  /** Gives back what is held for a file that is not wanted any more; again is no harm. */
  void drop(ReadAhead file) {
    if (file.bytes != null) {
      budget.countFile(-file.bytes.length);
      file.bytes = null;
    }
  }

  /**
   * Decodes, resizes and crops a file.
   *
   * @param file what {@link #read} gave; dropped
   * @param previewEdge the longer side of the preview, or 0 for none
   * @param times what it takes is added to them
   */
  Prepared prepare(ReadAhead file, int previewEdge, WorkTimes times) {
    if (file.bytes == null) {
      return prepareLarge(file.source, previewEdge, times);
    }
    byte[] bytes = file.bytes;
    long start = System.nanoTime();
    Need need;
    try {
      need = need(bytes, previewEdge).plus(new Need(bytes.length, 0));
      budget.take(need);
    } finally {
      drop(file);
    }
    try {
      return decode(bytes, previewEdge, System.nanoTime() - start, times);
    } finally {
      budget.giveBack(need);
    }
  }

  /** A file that is not read before it is admitted; its picture is admitted after that. */
  private Prepared prepareLarge(ImageSource source, int previewEdge, WorkTimes times) {
    long start = System.nanoTime();
    long waiting;
    Need held = Need.NOTHING;
    try {
      byte[] bytes;
      budget.large.lock();
      try {
        long stated = Math.max(0, source.size());
        Need file = new Need(stated, 0);
        budget.check(file, "a file of " + stated + " bytes");
        budget.take(file);
        held = file;
        waiting = System.nanoTime() - start;
        bytes = bytes(source, times);
        long read = System.nanoTime();
        Need more = need(bytes, previewEdge).plus(new Need(bytes.length - stated, 0));
        budget.check(held.plus(more), "a picture in a file of " + bytes.length + " bytes");
        budget.takeMore(held, more);
        held = held.plus(more);
        waiting += System.nanoTime() - read;
      } finally {
        budget.large.unlock();
      }
      return decode(bytes, previewEdge, waiting, times);
    } finally {
      budget.giveBack(held);
    }
  }

  private byte[] bytes(ImageSource source, WorkTimes times) {
    long most = Math.min(decoder.maxBytes(), budget.mostHeap());
    long start = System.nanoTime();
    try {
      return source.readAtMost((int) Math.min(most, Integer.MAX_VALUE - 9));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      times.reading.add(System.nanoTime() - start);
    }
  }

  /** What a file takes besides its bytes. */
  private Need need(byte[] file, int previewEdge) {
    DecodingNeed decoding = decoder.decodingNeed(file);
    int width = decoding.width();
    int height = decoding.height();
    long resizing = preprocessor.resizingBytes(width, height);
    long preview = previewEdge == 0 ? 0 : Previews.bytes(width, height, previewEdge);
    Need need = new Need(decoding.heapBytes() + resizing + preview, decoding.nativeBytes());
    budget.check(need, width + " x " + height + " pixels");
    return need;
  }

  private Prepared decode(byte[] file, int previewEdge, long waiting, WorkTimes times) {
    times.waiting.add(waiting);
    Events.Decode event = new Events.Decode();
    event.begin();
    try {
      Pixels picture = decoded(file, times);
      event.width = picture.width();
      event.height = picture.height();
      long start = System.nanoTime();
      Pixels input = preprocessor.apply(picture);
      BufferedImage preview = previewEdge == 0 ? null : Previews.of(picture, previewEdge);
      times.resizing.add(System.nanoTime() - start);
      return new Prepared(input, preview);
    } catch (ImageException e) {
      event.refusal = e.reason().name();
      throw e;
    } finally {
      event.end();
      if (event.shouldCommit()) {
        event.bytes = file.length;
        event.kind = ImageKind.of(file).map(ImageKind::title).orElse("");
        event.waiting = waiting;
        event.commit();
      }
    }
  }

  private Pixels decoded(byte[] file, WorkTimes times) {
    long start = System.nanoTime();
    try {
      return decoder.decode(file);
    } finally {
      times.decoding.add(System.nanoTime() - start);
    }
  }
}
