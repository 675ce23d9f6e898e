// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
/**
 * How a network runs on one size of input, decided before it runs.
 *
 * <p>Start with {@link io.cardinal.engine.plan.ExecutionPlan}, which {@link
 * io.cardinal.engine.Model#plan(int)} gives: plain data, to print and compare. Each {@link
 * io.cardinal.engine.plan.PlanStep} names its layer, the kernel that was chosen, and where in the
 * arena its values stand. A {@link io.cardinal.engine.plan.Profile} says what timed runs of it
 * took. {@link io.cardinal.engine.plan.Planner} makes plans; that is the engine's own business.
 */
@NullMarked
package io.cardinal.engine.plan;

import org.jspecify.annotations.NullMarked;
