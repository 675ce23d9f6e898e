// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.weights;

import io.cardinal.engine.ModelDefinition;
import io.cardinal.engine.ModelMetadata;
import io.cardinal.engine.spec.Preprocessing.CropMode;
import io.cardinal.engine.spec.Preprocessing.Interpolation;
import io.cardinal.engine.spec.ResNeXtSpec;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * What the user says about a checkpoint. What is left out comes from a {@code config.json} beside
 * it, else from torchvision's presets. Immutable: {@code with...} methods give changed copies.
 */
public final class ImportOptions {
  /** Nothing said. */
  public static final ImportOptions DEFAULT = new ImportOptions();

  // Not final for the sake of the copies: each with-method changes one field of a fresh one.
  private OptionalInt inputHeight = OptionalInt.empty();
  private OptionalInt inputWidth = OptionalInt.empty();
  private OptionalInt resize = OptionalInt.empty();
  private OptionalDouble cropPct = OptionalDouble.empty();
  private Optional<CropMode> cropMode = Optional.empty();
  private Optional<Interpolation> interpolation = Optional.empty();
  private List<Float> mean = List.of();
  private List<Float> std = List.of();
  private List<String> labels = List.of();
  private Map<String, Double> accuracy = Map.of();
  private double epsilon = ResNeXtSpec.DEFAULT_EPSILON;
  private boolean strict = false;
  private boolean allowNonFinite = false;

  private ImportOptions() {}

  private ImportOptions(ImportOptions other) {
    inputHeight = other.inputHeight;
    inputWidth = other.inputWidth;
    resize = other.resize;
    cropPct = other.cropPct;
    cropMode = other.cropMode;
    interpolation = other.interpolation;
    mean = other.mean;
    std = other.std;
    labels = other.labels;
    accuracy = other.accuracy;
    epsilon = other.epsilon;
    strict = other.strict;
    allowNonFinite = other.allowNonFinite;
  }

  /** {@return rows of the input} */
  public OptionalInt inputHeight() {
    return inputHeight;
  }

  /** {@return columns of the input} */
  public OptionalInt inputWidth() {
    return inputWidth;
  }

  /** {@return the short side before the crop} */
  public OptionalInt resize() {
    return resize;
  }

  /** {@return the share of the resized image that the crop keeps} */
  public OptionalDouble cropPct() {
    return cropPct;
  }

  /** {@return how resizing and cropping go together} */
  public Optional<CropMode> cropMode() {
    return cropMode;
  }

  /** {@return the resampling filter} */
  public Optional<Interpolation> interpolation() {
    return interpolation;
  }

  /** {@return the mean of each channel, three numbers; or empty} */
  public List<Float> mean() {
    return mean;
  }

  /** {@return the standard deviation of each channel, three numbers; or empty} */
  public List<Float> std() {
    return std;
  }

  /** {@return the labels, one a class; or empty} */
  public List<String> labels() {
    return labels;
  }

  /** {@return published figures by name ({@code top1}, {@code top5}), fractions of 1} */
  public Map<String, Double> accuracy() {
    return accuracy;
  }

  /** {@return the epsilon of the batch normalisations, which no checkpoint states} */
  public double epsilon() {
    return epsilon;
  }

  /** {@return whether tensors without use are refused instead of warned about} */
  public boolean strict() {
    return strict;
  }

  /** {@return whether NaN and infinities are let pass} */
  public boolean allowNonFinite() {
    return allowNonFinite;
  }

  /**
   * {@return these options with an input of this size}
   *
   * @param height rows
   * @param width columns
   */
  public ImportOptions withInputSize(int height, int width) {
    ImportOptions copy = new ImportOptions(this);
    copy.inputHeight = OptionalInt.of(height);
    copy.inputWidth = OptionalInt.of(width);
    return copy;
  }

  /**
   * {@return these options with this short side before the crop}
   *
   * @param side in pixels
   */
  public ImportOptions withResize(int side) {
    ImportOptions copy = new ImportOptions(this);
    copy.resize = OptionalInt.of(side);
    return copy;
  }

  /**
   * {@return these options with this share that the crop keeps}
   *
   * @param share above 0, at most 1
   */
  public ImportOptions withCropPct(double share) {
    ImportOptions copy = new ImportOptions(this);
    copy.cropPct = OptionalDouble.of(share);
    return copy;
  }

  /**
   * {@return these options with this way of cropping}
   *
   * @param mode how resizing and cropping go together
   */
  public ImportOptions withCropMode(CropMode mode) {
    ImportOptions copy = new ImportOptions(this);
    copy.cropMode = Optional.of(mode);
    return copy;
  }

  /**
   * {@return these options with this resampling filter}
   *
   * @param filter of the resize
   */
  public ImportOptions withInterpolation(Interpolation filter) {
    ImportOptions copy = new ImportOptions(this);
    copy.interpolation = Optional.of(filter);
    return copy;
  }

  /**
   * {@return these options with these channel means}
   *
   * @param values of red, green and blue, for samples of 0 to 1
   */
  public ImportOptions withMean(List<Float> values) {
    ImportOptions copy = new ImportOptions(this);
    copy.mean = List.copyOf(values);
    return copy;
  }

  /**
   * {@return these options with these channel deviations}
   *
   * @param values of red, green and blue, for samples of 0 to 1
   */
  public ImportOptions withStd(List<Float> values) {
    ImportOptions copy = new ImportOptions(this);
    copy.std = List.copyOf(values);
    return copy;
  }

  /**
   * {@return these options with these labels}
   *
   * @param values one a class, in class order
   */
  public ImportOptions withLabels(List<String> values) {
    ImportOptions copy = new ImportOptions(this);
    copy.labels = List.copyOf(values);
    return copy;
  }

  /**
   * {@return these options with these published figures}
   *
   * @param figures by name, fractions of 1
   */
  public ImportOptions withAccuracy(Map<String, Double> figures) {
    ImportOptions copy = new ImportOptions(this);
    copy.accuracy = Map.copyOf(figures);
    return copy;
  }

  /**
   * {@return these options with this batch-normalisation epsilon}
   *
   * @param value added to the variance
   */
  public ImportOptions withEpsilon(double value) {
    ImportOptions copy = new ImportOptions(this);
    copy.epsilon = value;
    return copy;
  }

  /**
   * {@return these options with tensors without use refused, or only warned about}
   *
   * @param value whether they are refused
   */
  public ImportOptions withStrict(boolean value) {
    ImportOptions copy = new ImportOptions(this);
    copy.strict = value;
    return copy;
  }

  /**
   * {@return these options with NaN and infinities let pass, or refused}
   *
   * @param value whether they pass
   */
  public ImportOptions withAllowNonFinite(boolean value) {
    ImportOptions copy = new ImportOptions(this);
    copy.allowNonFinite = value;
    return copy;
  }

  /**
   * A model file's definition with what these options say in place of what it states: preprocessing
   * and labels. Epsilon and checks are matters of an import and are left alone.
   *
   * @param model what a model file holds
   * @return the same with these options in it
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
