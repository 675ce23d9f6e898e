// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli;

import io.cardinal.engine.EngineOptions;
import io.cardinal.engine.Model;
import io.cardinal.engine.spec.ResNeXtSpec;
import io.cardinal.weights.ImportOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Runs tensors through the network. */
@Command(
    name = "infer",
    header = "Run tensors through the network: float32 arrays in, logits out.",
    description = {
      "",
      "X.npy holds images that are preprocessed already, [N, 3, H, W] or [N, H, W, 3], or one image",
      "without N. The answer is [N, classes], float32.",
      ""
    },
    footer = {"", "Example:", "  cardinal infer --model resnext50.safetensors x.npy -o logits.npy"})
final class InferCommand implements Callable<Integer> {
  private final Console console;

  @Mixin ModelChoice model = new ModelChoice();

  @Parameters(paramLabel = "X.npy", description = "the images")
  Path images = Path.of("");

  @Option(
      names = {"-o", "--out"},
      paramLabel = "Y.npy",
      required = true,
      description = "where the logits go")
  Path out = Path.of("");

  @Option(
      names = "--layout",
      paramLabel = "LAYOUT",
      description = "nchw or nhwc, needed only where the shape leaves it open")
  @Nullable String layout;

  @Mixin EngineChoice engine = new EngineChoice();

  InferCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    EngineOptions options = engine.toOptions();
    NpyFile array = NpyFile.read(images);
    boolean isChannelsFirst = isChannelsFirst(array.shape());
    List<Integer> s = array.shape();
    int offset = s.size() - 3;
    int batch = offset == 1 ? s.get(0) : 1;
    int height = s.get(offset + (isChannelsFirst ? 1 : 0));
    int width = s.get(offset + (isChannelsFirst ? 2 : 1));
    float[] nhwc =
        isChannelsFirst ? toChannelsLast(array.values(), batch, height * width) : array.values();
    try (Model opened =
        new ModelSource(console)
            .with(
                model.model,
                ImportOptions.DEFAULT,
                definition -> Model.open(definition, options))) {
      float[] logits = opened.infer(nhwc, batch, height, width);
      NpyFile.write(out, logits, batch, opened.model().classes());
    }
    return ExitCode.OK;
  }

  private boolean isChannelsFirst(List<Integer> shape) {
    if (layout != null && !layout.equals("nchw") && !layout.equals("nhwc")) {
      throw new UsageException("--layout takes nchw or nhwc, not " + layout);
    }
    int rank = shape.size();
    boolean isPossible = (rank == 3 || rank == 4) && shape.stream().allMatch(d -> d > 0);
    boolean hasFirst = isPossible && shape.get(rank - 3) == ResNeXtSpec.INPUT_CHANNELS;
    boolean hasLast = isPossible && shape.get(rank - 1) == ResNeXtSpec.INPUT_CHANNELS;
    if (hasFirst && hasLast && layout == null) {
      throw new UsageException(
          images + " of shape " + shape + " may be either way round; give --layout nchw or nhwc");
    }
    boolean isFirst = layout == null ? hasFirst : layout.equals("nchw");
    if (isFirst ? !hasFirst : !hasLast) {
      throw new UsageException(
          images
              + " holds no images: expected [N, 3, H, W] or [N, H, W, 3], or one without N, found "
              + shape);
    }
    return isFirst;
  }

  private static float[] toChannelsLast(float[] nchw, int batch, int pixels) {
    int channels = ResNeXtSpec.INPUT_CHANNELS;
    float[] nhwc = new float[nchw.length];
    for (int n = 0; n < batch; n++) {
      for (int c = 0; c < channels; c++) {
        for (int p = 0; p < pixels; p++) {
          nhwc[(n * pixels + p) * channels + c] = nchw[(n * channels + c) * pixels + p];
        }
      }
    }
    return nhwc;
  }
}
