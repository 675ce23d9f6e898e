// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.weights;

import io.cardinal.engine.ModelDefinition;
import io.cardinal.engine.ModelMetadata;
import io.cardinal.engine.spec.Preprocessing.CropMode;
import io.cardinal.engine.spec.Preprocessing.Interpolation;
import io.cardinal.engine.spec.ResNeXtSpec;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * What the user says about a checkpoint. What is left out comes from a {@code config.json} beside
 * it, else from torchvision's presets. Immutable.
 *
 * @param inputHeight rows of the input
 * @param inputWidth columns of the input
 * @param resize the short side before the crop
 * @param cropPct the share of the resized image that the crop keeps
 * @param cropMode how resizing and cropping go together
 * @param interpolation the resampling filter
 * @param mean of each channel, three numbers, or empty
 * @param std deviation of each channel, three numbers, or empty
 * @param labels one a class, or empty
 * @param epsilon of the batch normalisations; no checkpoint states it
 * @param strict whether tensors without use are refused instead of warned about
 * @param allowNonFinite whether NaN and infinities are let pass
 */
public record ImportOptions(
    OptionalInt inputHeight,
    OptionalInt inputWidth,
    OptionalInt resize,
    OptionalDouble cropPct,
    Optional<CropMode> cropMode,
    Optional<Interpolation> interpolation,
    List<Float> mean,
    List<Float> std,
    List<String> labels,
    double epsilon,
    boolean strict,
    boolean allowNonFinite) {
  /** Nothing said. */
  public static final ImportOptions DEFAULT =
      new ImportOptions(
          OptionalInt.empty(),
          OptionalInt.empty(),
          OptionalInt.empty(),
          OptionalDouble.empty(),
          Optional.empty(),
          Optional.empty(),
          List.of(),
          List.of(),
          List.of(),
          ResNeXtSpec.DEFAULT_EPSILON,
          false,
          false);

  public ImportOptions {
    mean = List.copyOf(mean);
    std = List.copyOf(std);
    labels = List.copyOf(labels);
  }

  /** With an input of this size. */
  public ImportOptions withInputSize(int height, int width) {
    return new ImportOptions(
        OptionalInt.of(height),
        OptionalInt.of(width),
        resize,
        cropPct,
        cropMode,
        interpolation,
        mean,
        std,
        labels,
        epsilon,
        strict,
        allowNonFinite);
  }

  /** With this short side before the crop. */
  public ImportOptions withResize(int side) {
    return new ImportOptions(
        inputHeight,
        inputWidth,
        OptionalInt.of(side),
        cropPct,
        cropMode,
        interpolation,
        mean,
        std,
        labels,
        epsilon,
        strict,
        allowNonFinite);
  }

  /** With this share that the crop keeps. */
  public ImportOptions withCropPct(double share) {
    return new ImportOptions(
        inputHeight,
        inputWidth,
        resize,
        OptionalDouble.of(share),
        cropMode,
        interpolation,
        mean,
        std,
        labels,
        epsilon,
        strict,
        allowNonFinite);
  }

  /** With this way of cropping. */
  public ImportOptions withCropMode(CropMode mode) {
    return new ImportOptions(
        inputHeight,
        inputWidth,
        resize,
        cropPct,
        Optional.of(mode),
        interpolation,
        mean,
        std,
        labels,
        epsilon,
        strict,
        allowNonFinite);
  }

  /** With this resampling filter. */
  public ImportOptions withInterpolation(Interpolation filter) {
    return new ImportOptions(
        inputHeight,
        inputWidth,
        resize,
        cropPct,
        cropMode,
        Optional.of(filter),
        mean,
        std,
        labels,
        epsilon,
        strict,
        allowNonFinite);
  }

  /** With these channel means. */
  public ImportOptions withMean(List<Float> values) {
    return new ImportOptions(
        inputHeight,
        inputWidth,
        resize,
        cropPct,
        cropMode,
        interpolation,
        values,
        std,
        labels,
        epsilon,
        strict,
        allowNonFinite);
  }

  /** With these channel deviations. */
  public ImportOptions withStd(List<Float> values) {
    return new ImportOptions(
        inputHeight,
        inputWidth,
        resize,
        cropPct,
        cropMode,
        interpolation,
        mean,
        values,
        labels,
        epsilon,
        strict,
        allowNonFinite);
  }

  /** With these labels, one a class. */
  public ImportOptions withLabels(List<String> values) {
    return new ImportOptions(
        inputHeight,
        inputWidth,
        resize,
        cropPct,
        cropMode,
        interpolation,
        mean,
        std,
        values,
        epsilon,
        strict,
        allowNonFinite);
  }

  /** With this batch-normalisation epsilon. */
  public ImportOptions withEpsilon(double value) {
    return new ImportOptions(
        inputHeight,
        inputWidth,
        resize,
        cropPct,
        cropMode,
        interpolation,
        mean,
        std,
        labels,
        value,
        strict,
        allowNonFinite);
  }

  /** With tensors without use refused, or only warned about. */
  public ImportOptions withStrict(boolean value) {
    return new ImportOptions(
        inputHeight,
        inputWidth,
        resize,
        cropPct,
        cropMode,
        interpolation,
        mean,
        std,
        labels,
        epsilon,
        value,
        allowNonFinite);
  }

  /** With NaN and infinities let pass, or refused. */
  public ImportOptions withAllowNonFinite(boolean value) {
    return new ImportOptions(
        inputHeight,
        inputWidth,
        resize,
        cropPct,
        cropMode,
        interpolation,
        mean,
        std,
        labels,
        epsilon,
        strict,
        value);
  }

  /**
   * A model file's definition with what these options say in place of what it states: preprocessing
   * and labels. Epsilon and checks are matters of an import and are left alone.
   *
   * @throws IllegalArgumentException if an option is out of range
   * @throws io.cardinal.engine.ModelException if the labels do not fit the classes
   */
  public ModelDefinition applyTo(ModelDefinition model) {
    ModelMetadata stated = model.metadata();
    ModelMetadata metadata =
        labels.isEmpty()
            ? stated
            : new ModelMetadata(
                labels,
                List.of(),
                stated.sourceName(),
                stated.sourceSha256(),
                stated.licence(),
                stated.accuracy());
    return new ModelDefinition(
        model.name(),
        model.spec(),
        PreprocessingChoice.change(model.preprocessing(), this),
        metadata,
        model.digest(),
        model.tensors());
  }
}
