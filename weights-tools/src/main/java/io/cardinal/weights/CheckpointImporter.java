// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.weights;

import io.cardinal.engine.ModelDefinition;
import io.cardinal.engine.ModelException;
import io.cardinal.engine.ModelException.Reason;
import io.cardinal.engine.ModelMetadata;
import io.cardinal.engine.spec.Preprocessing;
import io.cardinal.engine.tensor.Tensor;
import io.cardinal.weights.map.ArchitectureReader;
import io.cardinal.weights.map.HiddenVariants;
import io.cardinal.weights.map.StateDict;
import io.cardinal.weights.map.TimmConfig;
import io.cardinal.weights.map.ValueCheck;
import io.cardinal.weights.read.Checkpoint;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Opens checkpoints as models: {@code torch.save} files (zip and legacy) and safetensors in
 * torchvision's layout, which timm's plain networks share. Nothing in them is executed; beside the
 * checkpoint only a {@code config.json} in its folder is read.
 */
public final class CheckpointImporter {
  /** Hubs put the first digits of the SHA-256 at the end of a file's name. */
  private static final Pattern HASHED_NAME = Pattern.compile(".*-([0-9a-f]{8})\\.\\w+");

  private static final long MAX_REPEATED_ELEMENTS = 1 << 24;
  private static final int SHOWN = 5;

  private CheckpointImporter() {}

  /**
   * Opens a checkpoint. The result holds the file open and must be closed.
   *
   * @param path the checkpoint
   * @param options what it does not state itself
   * @return the model that it is, to be closed
   * @throws ModelException if it is damaged, hostile, not supported, or does not fit the options
   * @throws IllegalArgumentException if an option is out of range
   * @throws java.io.UncheckedIOException if it cannot be read
   */
  public static ImportedModel open(Path path, ImportOptions options) {
    Checkpoint checkpoint = Checkpoint.open(path);
    try {
      return open(checkpoint, options);
    } catch (Throwable e) {
      checkpoint.close();
      throw e;
    }
  }

  private static ImportedModel open(Checkpoint checkpoint, ImportOptions options) {
    String file = checkpoint.file().name();
    refuseModelFile(checkpoint);
    StateDict stateDict = StateDict.of(checkpoint);
    Optional<TimmConfig> config = TimmConfig.beside(checkpoint.file().path());
    refuseHiddenVariants(checkpoint, config);
    ArchitectureReader.Result network = ArchitectureReader.read(file, stateDict, options.epsilon());
    refuseRepetition(checkpoint, network.parameters());
    List<String> warnings = new ArrayList<>();
    reportExtras(file, network.extras(), options.strict(), warnings);
    addIfAny(warnings, ValueCheck.check(file, network.parameters(), options.allowNonFinite()));
    Preprocessing preprocessing =
        PreprocessingChoice.choose(file, network.spec(), config, options, warnings);
    String digest = checkpoint.file().sha256();
    checkName(file, digest, warnings);
    ModelMetadata metadata =
        LabelChoice.choose(file, digest, network.spec().classes(), config, options, warnings);
    ModelDefinition definition =
        new ModelDefinition(
            network.name(), network.spec(), preprocessing, metadata, digest, network.parameters());
    return new ImportedModel(checkpoint, definition, warnings, stateDict.describe());
  }

  private static void refuseModelFile(Checkpoint checkpoint) {
    if (checkpoint.metadata().containsKey("cardinal.format")) {
      throw new ModelException(
          Reason.UNKNOWN_CONTAINER,
          checkpoint.file().name() + " is a Cardinal model file already",
          "a checkpoint",
          "metadata cardinal.format",
          "use it as it is, with --model");
    }
  }

  static void refuseHiddenVariants(Checkpoint checkpoint, Optional<TimmConfig> config) {
    String file = checkpoint.file().name();
    config.ifPresent(c -> c.refuseHiddenVariants(file));
    HiddenVariants.refuse(file, "the file's name", file);
    if (checkpoint.root().get("arch") instanceof String architecture) {
      HiddenVariants.refuse(file, "arch in the checkpoint", architecture);
    }
  }

  /** Tensors of stride 0 can claim any size; what takes long must have its bytes in the file. */
  private static void refuseRepetition(Checkpoint checkpoint, Map<String, Tensor> parameters) {
    long elements = parameters.values().stream().mapToLong(Tensor::elements).sum();
    if (elements > checkpoint.file().size() + MAX_REPEATED_ELEMENTS) {
      throw new ModelException(
          Reason.CORRUPT,
          checkpoint.file().name() + " has more parameters than its bytes can hold",
          "at most one a byte",
          elements + " in " + checkpoint.file().size() + " bytes",
          "");
    }
  }

  private static void reportExtras(
      String file, List<String> extras, boolean isStrict, List<String> warnings) {
    if (extras.isEmpty()) {
      return;
    }
    String shown =
        String.join(", ", extras.subList(0, Math.min(SHOWN, extras.size())))
            + (extras.size() > SHOWN ? " and " + (extras.size() - SHOWN) + " more" : "");
    if (isStrict) {
      throw new ModelException(
          Reason.UNSUPPORTED_VARIANT,
          file + " has tensors that the network has no use for",
          "none, as strict import was asked for",
          shown,
          "");
    }
    warnings.add("tensors without use, ignored: " + shown);
  }

  private static void checkName(String file, String digest, List<String> warnings) {
    Matcher matcher = HASHED_NAME.matcher(file);
    if (matcher.matches() && !digest.startsWith(matcher.group(1))) {
      warnings.add(
          "the name says that the SHA-256 begins with "
              + matcher.group(1)
              + ", but it begins with "
              + digest.substring(0, 8)
              + ": the file may be damaged or renamed");
    }
  }

  private static void addIfAny(List<String> warnings, String warning) {
    if (!warning.isEmpty()) {
      warnings.add(warning);
    }
  }
}
