// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.weights.map;

import io.cardinal.engine.ModelException;
import io.cardinal.engine.ModelException.Reason;
import io.cardinal.engine.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Recognises, by keys and ranks, the networks that look like ours and are not, so that they are
 * refused under their own names.
 */
final class Families {
  private static final String BLOCK = "layer\\d+\\.\\d+\\.";

  /** A sign: a key of this form, with this many dimensions (0: any). */
  private record Sign(Reason reason, String name, Pattern key, int rank) {
    Optional<String> keyIn(Map<String, Tensor> tensors) {
      return tensors.entrySet().stream()
          .filter(e -> rank == 0 || e.getValue().shape().size() == rank)
          .map(Map.Entry::getKey)
          .filter(k -> key.matcher(k).matches())
          .findFirst();
    }
  }

  /** More telling signs first. */
  private static final List<Sign> SIGNS =
      List.of(
          variant("timm's byobnet family with bilinear attention", "stages\\..*\\.attn\\.ba\\..*"),
          variant(
              "timm's byobnet family with global context (gcresnext*ts)",
              "stages\\..*\\.attn\\.(conv_attn|mlp_add|mlp_mul)\\..*"),
          variant(
              "timm's byobnet family with attention (se/eca/...ts)",
              "stages\\..*\\.conv1_1x1\\.conv\\.weight|stages\\..*\\.attn\\..*"),
          variant("timm's byobnet family (resnext*ts)", "stages\\..*\\.conv2_kxk\\.conv\\.weight"),
          variant("selective kernels (skresnext*)", BLOCK + "conv2\\.(paths|attn|conv_kxk)\\..*"),
          variant("squeeze-excite in senet layout (legacy_se*, Cadene)", BLOCK + "se_module\\..*"),
          variant("Cadene's ResNeXt layout", "features\\.4\\.0\\.0\\.0\\..*"),
          variant("Gluon's structural layout", "features\\.\\d\\.\\d+\\.body\\..*"),
          variant("efficient channel attention (ecaresnext*)", BLOCK + "se\\.conv\\.weight"),
          variant("squeeze-excite (seresnext*)", BLOCK + "se\\.(fc\\d?|conv_reduce)\\..*"),
          variant("channel or spatial attention", BLOCK + "(se|attn|cbam|gc|bat)\\..*"),
          variant("a deep stem (resnext*d, *t)", "conv1\\.\\d+\\.weight"),
          new Sign(
              Reason.UNSUPPORTED_VARIANT,
              "average-pool down-sampling (resnext*d, *t)",
              Pattern.compile(BLOCK + "downsample\\.1\\.weight"),
              4),
          variant("anti-aliasing with stored filters", BLOCK + "aa\\..*|.*\\.filt"),
          variant("Res2Net", BLOCK + "convs\\.\\d+\\.weight"),
          variant("split attention (ResNeSt)", BLOCK + "conv2\\.(radix|conv|fc1|bn0)\\..*"),
          variant("quantised weights", ".*\\.(_packed_params|weight_scale|zero_point)(\\..*)?"),
          family("vision transformer", "cls_token|pos_embed|blocks\\.\\d+\\.attn\\.qkv\\.weight"),
          family("Swin or other windowed transformer", "layers\\.\\d+\\.blocks\\.\\d+\\..*"),
          family("DenseNet", "features\\.denseblock\\d+\\..*"),
          family(
              "MobileNet or EfficientNet",
              "features\\.\\d+\\.(conv|block)\\..*|conv_stem\\.weight|features\\.0\\.0\\.weight"),
          family("VGG or AlexNet", "classifier\\.\\d+\\.weight"),
          family("ConvNeXt", "stages\\.\\d+\\.(blocks\\.)?\\d+\\.(conv_dw|dwconv)\\.weight"),
          family("Inception", "Mixed_\\d[a-z]\\..*|inception\\w+\\..*"),
          family("RegNet", "trunk_output\\..*|s1\\.b1\\..*"));

  private Families() {}

  private static Sign variant(String name, String key) {
    return new Sign(Reason.UNSUPPORTED_VARIANT, name, Pattern.compile(key), 0);
  }

  private static Sign family(String name, String key) {
    return new Sign(Reason.OTHER_FAMILY, name, Pattern.compile(key), 0);
  }

  /**
   * Refuses what is not in torchvision's ResNeXt layout.
   *
   * @throws ModelException naming the family or variant and the key that tells
   */
  static void refuseOthers(String file, Map<String, Tensor> tensors) {
    for (Sign sign : SIGNS) {
      Optional<String> key = sign.keyIn(tensors);
      if (key.isPresent()) {
        throw refusal(sign.reason(), file, sign.name(), "it has " + key.get());
      }
    }
    boolean hasBlocks =
        tensors.keySet().stream().anyMatch(k -> k.matches(BLOCK + "conv2\\.weight"));
    boolean hasThird = tensors.keySet().stream().anyMatch(k -> k.matches(BLOCK + "conv3\\.weight"));
    if (hasBlocks && !hasThird) {
      throw refusal(
          Reason.OTHER_FAMILY,
          file,
          "a ResNet of basic blocks (18 or 34 layers, or CIFAR)",
          "it has layer1.0.conv2.weight, but no layer1.0.conv3.weight");
    }
    if (!hasBlocks) {
      List<String> keys = tensors.keySet().stream().limit(5).toList();
      throw refusal(
          Reason.OTHER_FAMILY,
          file,
          "an unknown network",
          "its keys begin " + String.join(", ", keys));
    }
  }

  private static ModelException refusal(Reason reason, String file, String name, String sign) {
    return new ModelException(
        reason,
        file + " is no plain ResNeXt or ResNet",
        "bottleneck blocks under torchvision's keys (layer1.0.conv1.weight ...)",
        name + ": " + sign,
        "");
  }
}
