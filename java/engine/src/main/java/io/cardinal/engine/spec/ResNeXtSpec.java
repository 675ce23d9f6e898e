// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.spec;

import java.util.ArrayList;
import java.util.List;

/**
 * A ResNeXt as the paper's Table 1 prints it (Xie et al., arXiv 1611.05431): bottleneck blocks with
 * the stride on the 3x3 convolution and projection shortcuts (type B). With cardinality 1 it is a
 * bottleneck ResNet.
 *
 * <p>Width and output double from stage to stage. Immutable; the constructor checks everything.
 *
 * @param blocks blocks of each stage, one to eight stages
 * @param cardinality C, the groups of the 3x3 convolutions
 * @param baseWidth d, channels per group in the first stage
 * @param stem what stands before the first stage
 * @param stemChannels output channels of the stem's convolution
 * @param firstOutput output channels of the first stage's blocks
 * @param classes outputs of the classifier
 * @param epsilon added to every variance in batch normalisation; positive
 */
public record ResNeXtSpec(
    List<Integer> blocks,
    int cardinality,
    int baseWidth,
    Stem stem,
    int stemChannels,
    int firstOutput,
    int classes,
    double epsilon) {
  /** Channels of an input image: red, green, blue. */
  public static final int INPUT_CHANNELS = 3;

  /** PyTorch's default epsilon. */
  public static final double DEFAULT_EPSILON = 1e-5;

  private static final int MAX_STAGES = 8;
  private static final int MAX_BLOCKS = 1_000;
  private static final int MAX_CHANNELS = 1 << 17;
  private static final int MAX_CLASSES = 1 << 20;

  /**
   * Refuses values out of range, with an {@link IllegalArgumentException}.
   *
   * @param blocks blocks of each stage, one to eight stages
   * @param cardinality C, the groups of the 3x3 convolutions
   * @param baseWidth d, channels per group in the first stage
   * @param stem what stands before the first stage
   * @param stemChannels output channels of the stem's convolution
   * @param firstOutput output channels of the first stage's blocks
   * @param classes outputs of the classifier
   * @param epsilon added to every variance in batch normalisation; positive
   */
  public ResNeXtSpec {
    blocks = List.copyOf(blocks);
    between("stages", blocks.size(), 1, MAX_STAGES);
    for (int count : blocks) {
      between("blocks of a stage", count, 1, MAX_BLOCKS);
    }
    int doubling = 1 << (blocks.size() - 1);
    between("cardinality", cardinality, 1, MAX_CHANNELS);
    between("base width", baseWidth, 1, MAX_CHANNELS);
    between("width of the last stage", (long) cardinality * baseWidth * doubling, 1, MAX_CHANNELS);
    between("stem channels", stemChannels, 1, MAX_CHANNELS);
    between("first output", firstOutput, 1, MAX_CHANNELS);
    between("output of the last stage", (long) firstOutput * doubling, 1, MAX_CHANNELS);
    between("classes", classes, 1, MAX_CLASSES);
    if (!(epsilon > 0 && epsilon < 1)) {
      throw new IllegalArgumentException("epsilon must lie between 0 and 1, not " + epsilon);
    }
  }

  /** {@return the stages in order} */
  public List<Stage> stages() {
    List<Stage> stages = new ArrayList<>();
    for (int i = 0; i < blocks.size(); i++) {
      stages.add(
          new Stage(
              i + 1,
              blocks.get(i),
              cardinality,
              (cardinality * baseWidth) << i,
              firstOutput << i,
              i == 0 ? 1 : 2));
    }
    return stages;
  }

  /** {@return channels after the last stage: the length of the pooled feature vector} */
  public int features() {
    return firstOutput << (blocks.size() - 1);
  }

  /**
   * {@return weighted layers along the main path, as in "ResNeXt-50": the stem, the blocks, the
   * classifier}
   */
  public int depth() {
    return 2 + 3 * blocks.stream().mapToInt(Integer::intValue).sum();
  }

  private static void between(String what, long value, long low, long high) {
    if (value < low || value > high) {
      throw new IllegalArgumentException(
          what + " must be " + low + " to " + high + ", not " + value);
    }
  }
}
