// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli;

import io.cardinal.Options;
import io.cardinal.engine.EngineOptions;
import io.cardinal.engine.ModelInfo;
import io.cardinal.engine.platform.Cores;
import io.cardinal.engine.platform.NativeCache;
import io.cardinal.engine.spec.Preprocessing;
import io.cardinal.image.PassOrder;
import java.nio.file.Path;
import java.util.Locale;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Says where model, preprocessing, workers, kernels and native cache of a run came from. */
final class Explanation {
  private final BiConsumer<String, String> lines;

  /** One that goes to standard error, a line each. */
  Explanation(Console console) {
    this((name, text) -> console.note(String.format(Locale.ROOT, "%-14s %s", name, text)));
  }

  /** One whose lines, a name and a text each, somebody takes. */
  Explanation(BiConsumer<String, String> lines) {
    this.lines = lines;
  }

  /**
   * Says it.
   *
   * @param model what is open
   * @param modelOrigin what named it
   * @param isPreprocessingChanged whether options changed what the model states
   */
  void print(
      ModelInfo model,
      String modelOrigin,
      boolean isPreprocessingChanged,
      EngineOptions options,
      EngineChoice choice) {
    String digest = model.digest().isEmpty() ? "" : ", SHA-256 " + model.digest();
    line("model", model.name() + ", " + modelOrigin + digest);
    line(
        "preprocessing",
        describe(model.preprocessing())
            + (isPreprocessingChanged
                ? "; as the model states it, changed by options"
                : "; as the model states it"));
    line(
        "workers",
        options.workers()
            + (choice.workers == null
                ? ", by default: " + Cores.given().explanation()
                : ", by --workers"));
    line(
        "threads",
        options.threads()
            + " of a worker"
            + (choice.threads == 1 ? ", by default" : ", by --threads"));
    line("batch", options.maxBatch() + (choice.batch == null ? ", by default" : ", by --batch"));
    line("kernels", options.kernels() + ", by " + kernelsOrigin(choice));
    line("native memory", "at most " + options.maxNativeBytes() + " bytes, by default");
    NativeCache cache = NativeCache.configured();
    line("native cache", cache.directory() + ", by " + cache.origin());
  }

  /** Says likewise how images are decoded. */
  void print(Options options) {
    line("EXIF", options.exifOrientation() ? "turns images, by --exif" : "ignored, by default");
    line(
        "resize",
        options.passOrder() == PassOrder.PILLOW_13
            ? "as Pillow 13, by default"
            : "as Pillow 12 and older, by --pillow");
    line("largest image", options.maxPixels() + " pixels");
  }

  /** What named a model. */
  static String origin(@Nullable Path model) {
    return model == null ? "the bundled demo, by default" : model + ", by --model";
  }

  private void line(String name, String text) {
    lines.accept(name, text);
  }

  private static String kernelsOrigin(EngineChoice choice) {
    if (choice.kernels != null) {
      return "--kernels";
    }
    String property = System.getProperty(EngineOptions.KERNELS_PROPERTY, "");
    return property.isEmpty() ? "default" : "the property " + EngineOptions.KERNELS_PROPERTY;
  }

  private static String describe(Preprocessing p) {
    return (p.resize().isPresent()
            ? "short side " + p.resize().getAsInt()
            : "crop-pct " + p.cropPct() + " " + p.cropMode().name().toLowerCase(Locale.ROOT))
        + ", crop "
        + p.height()
        + "x"
        + p.width()
        + ", "
        + p.interpolation().name().toLowerCase(Locale.ROOT)
        + ", mean "
        + p.mean()
        + ", std "
        + p.std();
  }
}
