// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.weights;

import static org.assertj.core.api.Assertions.assertThat;

import io.cardinal.engine.ModelException;
import io.cardinal.testing.Golden;
import io.cardinal.testing.Row;
import io.cardinal.testing.Tar;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Third-party files beside the golden data: hostile pickles and archives, checkpoints of other
 * networks. None may do anything but give a clear refusal.
 */
@Row("W3, W9")
class HostileFilesTest {
  @TempDir Path folder;

  private Map<String, String> outcomes(String tar) throws IOException {
    Assumptions.assumeTrue(Golden.isWhole(), "the third-party data is not at hand");
    Map<String, String> outcomes = new TreeMap<>();
    Path file = folder.resolve("file");
    Tar.forEach(
        Golden.directory().resolveSibling("data").resolve(tar),
        (name, content) -> {
          Files.write(file, content);
          assertThat(CheckpointInspector.inspect(file)).as(name).contains("refused: ");
          outcomes.put(name, outcome(file));
        });
    return outcomes;
  }

  private static String outcome(Path file) {
    try (ImportedModel model = CheckpointImporter.open(file, ImportOptions.DEFAULT)) {
      return "imported " + model.definition().name();
    } catch (ModelException e) {
      return e.reason() + " " + e.getMessage();
    }
  }

  @Test
  void shouldRefuseEveryHostileFile() throws IOException {
    Map<String, String> outcomes = outcomes("parsers.tar");
    assertThat(outcomes).hasSizeGreaterThan(200);
    outcomes.forEach((name, outcome) -> assertThat(outcome).as(name).matches(expected(name)));
  }

  /** What must be said of a file, by what its folder holds. */
  private static String expected(String name) {
    if (name.startsWith("lfs-pointers/")) {
      return "LFS_POINTER .*";
    } else if (name.startsWith("tch-rs/")) {
      return "TORCHSCRIPT .*";
    } else if (name.startsWith("jhdf/") || name.startsWith("h5py/")) {
      return "(UNKNOWN_CONTAINER .*HDF5.*|UNKNOWN_CONTAINER .*|EMPTY .*)";
    } else if (name.endsWith(".pkl")) {
      return "(UNKNOWN_CONTAINER|EMPTY|UNSAFE_PICKLE) .*";
    } else if (name.equals("modelscan/unsafe_zip_pytorch.pt")
        || name.equals("picklescan/data/bad_pytorch.pt")) {
      return "(UNSAFE_PICKLE|UNKNOWN_CONTAINER|PICKLED_MODULE|CORRUPT|TRUNCATED) .*";
    } else if (name.endsWith(".onnx")) {
      return "UNKNOWN_CONTAINER .*ONNX.*";
    }
    return "[A-Z_]+ .*";
  }

  @Test
  void shouldRefuseTrainedNetworksOfOtherFamiliesByName() throws IOException {
    Map<String, String> outcomes = outcomes("weights.tar");
    outcomes.forEach(
        (name, outcome) -> {
          if (name.endsWith(".h5") || name.endsWith(".onnx") || name.endsWith(".t7")) {
            assertThat(outcome).as(name).startsWith("UNKNOWN_CONTAINER ");
          } else if (name.startsWith("akamaster/")) {
            assertThat(outcome).as(name).startsWith("OTHER_FAMILY ").contains("basic blocks");
          } else {
            assertThat(outcome).as(name).startsWith("OTHER_FAMILY ");
          }
        });
  }
}
