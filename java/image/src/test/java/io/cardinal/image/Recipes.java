// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.image;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** The transforms of the golden index as preprocessors. */
final class Recipes {
  private Recipes() {}

  static Map<String, Preprocessor> of(JsonNode index) {
    float[] mean = floats(index.get("normalise").get("mean"));
    float[] std = floats(index.get("normalise").get("std"));
    Map<String, Preprocessor> recipes = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> entry : index.get("transforms").properties()) {
      JsonNode recipe = entry.getValue();
      boolean torchvision = recipe.get("made_by").asText().equals("torchvision");
      recipes.put(
          entry.getKey(), torchvision ? torchvision(recipe, mean, std) : timm(recipe, mean, std));
    }
    return recipes;
  }

  private static Preprocessor torchvision(JsonNode recipe, float[] mean, float[] std) {
    Resize resize = resize(recipe.get("resize"));
    JsonNode crop = recipe.get("crop");
    if (crop.isNull()) {
      crop = recipe.get("resize").get("exact");
    }
    return Preprocessor.torchvision(
        filter(recipe), resize, crop.get(0).asInt(), crop.get(1).asInt(), mean, std);
  }

  private static Resize resize(JsonNode step) {
    if (step.isNull()) {
      return new Resize.Unchanged();
    }
    JsonNode exact = step.get("exact");
    return exact == null
        ? new Resize.ShortSide(step.get("short_side").asInt())
        : new Resize.Exact(exact.get(0).asInt(), exact.get(1).asInt());
  }

  private static Preprocessor timm(JsonNode recipe, float[] mean, float[] std) {
    JsonNode size = recipe.get("input_size");
    return Preprocessor.timm(
        filter(recipe),
        size.get(0).asInt(),
        size.get(1).asInt(),
        recipe.get("crop_pct").asDouble(),
        CropMode.valueOf(recipe.get("crop_mode").asText().toUpperCase(Locale.ROOT)),
        mean,
        std);
  }

  private static Interpolation filter(JsonNode recipe) {
    return Interpolation.valueOf(recipe.get("filter").asText().toUpperCase(Locale.ROOT));
  }

  private static float[] floats(JsonNode array) {
    float[] values = new float[array.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) array.get(i).asDouble();
    }
    return values;
  }
}
