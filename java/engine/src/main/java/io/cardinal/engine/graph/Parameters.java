// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.graph;

import java.util.Map;
import java.util.Optional;

/**
 * The parameters of one node by role.
 *
 * @param byRole empty for a node without any
 */
public record Parameters(Map<Role, Parameter> byRole) {
  /** No parameters. */
  public static final Parameters NONE = new Parameters(Map.of());

  /** What a parameter does in its op. */
  public enum Role {
    /** Weights of a convolution or dense layer; the scale (gamma) of a batch normalisation. */
    WEIGHT,
    /** Bias of a convolution or dense layer; the shift (beta) of a batch normalisation. */
    BIAS,
    /** Stored mean of a batch normalisation. */
    MEAN,
    /** Stored variance of a batch normalisation. */
    VARIANCE
  }

  /**
   * Copies the map.
   *
   * @param byRole empty for a node without any
   */
  public Parameters {
    byRole = Map.copyOf(byRole);
  }

  /**
   * {@return a weight alone}
   *
   * @param weight the op's weight
   */
  public static Parameters of(Parameter weight) {
    return new Parameters(Map.of(Role.WEIGHT, weight));
  }

  /**
   * {@return weight and bias}
   *
   * @param weight the op's weight
   * @param bias one number an output channel
   */
  public static Parameters of(Parameter weight, Parameter bias) {
    return new Parameters(Map.of(Role.WEIGHT, weight, Role.BIAS, bias));
  }

  /**
   * {@return the parameter of a role that the op cannot do without}
   *
   * @param role what the op needs it for
   */
  public Parameter get(Role role) {
    Parameter parameter = byRole.get(role);
    if (parameter == null) {
      throw new IllegalStateException("no " + role + " among " + byRole.keySet());
    }
    return parameter;
  }

  /** {@return the weight; every op with parameters has one} */
  public Parameter weight() {
    return get(Role.WEIGHT);
  }

  /** {@return the bias, if there is one} */
  public Optional<Parameter> bias() {
    return Optional.ofNullable(byRole.get(Role.BIAS));
  }

  /** {@return how many numbers all of them have} */
  public long elements() {
    return byRole.values().stream()
        .mapToLong(parameter -> (long) parameter.rows() * parameter.rowLength())
        .sum();
  }
}
