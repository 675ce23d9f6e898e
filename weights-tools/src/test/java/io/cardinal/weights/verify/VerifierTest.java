// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.weights.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cardinal.engine.ModelDefinition;
import io.cardinal.engine.tensor.DataType;
import io.cardinal.engine.tensor.Tensor;
import io.cardinal.weights.RandomModel;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A difference is found wherever it is, and said exactly. */
class VerifierTest {
  private static final String NAME = "cifar_resnext29_8x4d";

  private final ModelDefinition model = RandomModel.of(NAME, 0);

  @Test
  void shouldFindNothingWhereNothingDiffers() {
    assertThat(Verifier.compare(model, RandomModel.of(NAME, 0))).isEmpty();
  }

  @Test
  void shouldSayWhichTensorWhereAndHowMuch() {
    List<Difference> found = Verifier.compare(model, changed("layer2.0.conv2.weight", 1234, 0.5));
    assertThat(found).hasSize(1);
    Difference difference = found.get(0);
    assertThat(difference.tensor()).isEqualTo("layer2.0.conv2.weight");
    assertThat(difference.position()).containsExactly(17L, 1L, 0L, 1L); // [64, 8, 3, 3]
    assertThat(difference.count()).isEqualTo(1);
    assertThat(difference.largest()).isEqualTo(0.5);
    assertThat(difference.toString()).contains("layer2.0.conv2.weight[17, 1, 0, 1]", "1 of 4608");
  }

  @Test
  void shouldTakeTwoNanForEqualAndOneForADifference() {
    ModelDefinition broken = changed("fc.bias", 3, Double.NaN);
    assertThat(Verifier.compare(broken, broken)).isEmpty();
    assertThat(Verifier.compare(model, broken)).hasSize(1);
  }

  @Test
  void shouldFindEveryTensorOfAnotherSeed() {
    assertThat(Verifier.compare(model, RandomModel.of(NAME, 1)))
        .hasSameSizeAs(model.tensors().keySet());
  }

  @Test
  void shouldRefuseToCompareDifferentNetworks() {
    assertThatThrownBy(() -> Verifier.compare(model, RandomModel.of("resnext50_32x4d", 0)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("C=8")
        .hasMessageContaining("C=32");
  }

  private ModelDefinition changed(String key, long index, double by) {
    Map<String, Tensor> tensors = new HashMap<>(model.tensors());
    tensors.computeIfPresent(key, (name, tensor) -> new Changed(tensor, index, by));
    return new ModelDefinition(
        model.name(), model.spec(), model.preprocessing(), model.metadata(), "", tensors);
  }

  /** A tensor with one value changed. */
  private record Changed(Tensor tensor, long index, double by) implements Tensor {
    @Override
    public DataType type() {
      return tensor.type();
    }

    @Override
    public List<Integer> shape() {
      return tensor.shape();
    }

    @Override
    public void read(long first, double[] into, int count) {
      tensor.read(first, into, count);
      if (index >= first && index < first + count) {
        into[(int) (index - first)] += by;
      }
    }
  }
}
