// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
//
// libcardinal: the f32 kernels of a ResNeXt, one thread a call; several calls may share a step.
//
// A step is one layer at one input shape. It is made once, holds no weights and no activations, and may be run by any
// number of threads at once, each with its own output and scratch memory.
//
// Activations are blocked: of an image of H rows, W columns and C channels (C a multiple of 16), groups of R rows stand
// behind each other, and in a group [C/16][R*W][16]; R is 1 where W is 14 or more, else as many rows as make up to 49
// pixels, at most H; the last group may have fewer. Images of a batch stand behind each other. An image as the
// network's input is [H][W][3]; vectors (of the average pooling, the linear layer) are plain.
//
// Channels stand in natural order, or, between a grouped convolution and its neighbours, interleaved: of groups of I
// channels (4 or 8), 16/I in a block of 16, channel i of group g stands at place i * 16/I + g of the block.
//
// All memory is 64-byte aligned (plain weights and biases need not be) and does not overlap, except that a residual is
// the output itself. Sizes are at most 65536, and buffers at most 2^31 floats. Nothing here throws, aborts or prints;
// what does not fit is refused with a status, and cardinal_last_error says why. A ReLU gives zero for NaN.
#ifndef CARDINAL_H_
#define CARDINAL_H_

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define CARDINAL_API __attribute__((visibility("default")))

typedef enum cardinal_status {
  CARDINAL_OK = 0,
  CARDINAL_INVALID = 1,      // an argument that cannot be
  CARDINAL_UNSUPPORTED = 2,  // a layer that has no kernel here
  CARDINAL_NO_MEMORY = 3
} cardinal_status;

// What failed last on this thread: what, expected, found. Valid until the next call on this thread.
CARDINAL_API const char* cardinal_last_error(void);

// The version, such as "0.1.0".
CARDINAL_API const char* cardinal_version(void);

// The instruction set whose kernels run: "avx512" where CPU and operating system have it, else "scalar"; CARDINAL_ISA
// (environment, read once) caps it. Null, with CARDINAL_INVALID from every create function, if that names none.
CARDINAL_API const char* cardinal_isa(void);

// Whether denormal numbers count as zero in what the calling thread computes from now on, this library or another: 1 or
// 0; returns what held before. A step's run does so by itself, and leaves the thread as it was.
CARDINAL_API int32_t cardinal_flush_denormals(int32_t flush);

typedef struct cardinal_step cardinal_step;

// A convolution with a bias, then a residual that the output holds already (if has_residual), then a ReLU (if
// has_relu); both are 0 or 1. inputs is a multiple of 16, or 3 for the network's input image; outputs is a multiple of
// 16; stride is 1 or 2. Kernel 1 (padding 0, groups 1), 3 (padding 1, no residual; as many outputs as inputs with 4 or
// 8 channels a group, else multiples of 16 of both) or, of an image, 3 or 7 (padding kernel / 2, groups 1, no
// residual). input_interleave and output_interleave are 0 for natural order, else the I above: any with kernel 1; 0 or
// both the channels a group with kernel 3 and 4 or 8 channels a group; else 0. A residual is interleaved as the output
// is. Weights and bias to be packed are in natural order always.
//
// With kernel 1 and stride 1, second_inputs (a multiple of 16), second_height, second_width and second_stride (1 or 2)
// may describe a second input, in natural order, whose every pixel or every second one of every second row has its
// place in the output. Its convolution is added to the same sums, before residual and ReLU: restore and down-sampling
// of a stage's first block in one. Without one, all four are 0.
typedef struct cardinal_convolution {
  int32_t batch;
  int32_t height;
  int32_t width;
  int32_t inputs;
  int32_t outputs;
  int32_t kernel;
  int32_t stride;
  int32_t padding;
  int32_t groups;
  int32_t has_residual;
  int32_t has_relu;
  int32_t input_interleave;
  int32_t output_interleave;
  int32_t second_inputs;
  int32_t second_height;
  int32_t second_width;
  int32_t second_stride;
} cardinal_convolution;

// 1 where grouped convolutions of 4 or 8 channels a group are faster interleaved, 0 where they are not: a matter of the
// CPU's vendor, and in the instruction set "scalar" of none.
CARDINAL_API int32_t cardinal_prefers_interleaved(void);

CARDINAL_API cardinal_status cardinal_convolution_create(const cardinal_convolution* shape, cardinal_step** step);

// The maximum of 3x3 windows, stride 2, padding 1; neither padding nor NaN ever wins.
CARDINAL_API cardinal_status cardinal_max_pool_create(
    int32_t batch, int32_t height, int32_t width, int32_t channels, cardinal_step** step);

// The mean of each channel over the map: [batch][channels].
CARDINAL_API cardinal_status cardinal_average_pool_create(
    int32_t batch, int32_t height, int32_t width, int32_t channels, cardinal_step** step);

// A dense layer with a bias: [batch][inputs] to [batch][outputs]; inputs is a multiple of 16, outputs any number.
CARDINAL_API cardinal_status cardinal_linear_create(
    int32_t batch, int32_t inputs, int32_t outputs, cardinal_step** step);

CARDINAL_API void cardinal_step_destroy(cardinal_step* step);

// What runs, such as "avx512:convolution1x1"; lives as long as the step.
CARDINAL_API const char* cardinal_step_kernel(const cardinal_step* step);

// Floats of input, second input (0 without), output, packed weights with bias, and the scratch memory of one call; -1
// where step is null.
CARDINAL_API int64_t cardinal_step_input_floats(const cardinal_step* step);
CARDINAL_API int64_t cardinal_step_second_floats(const cardinal_step* step);
CARDINAL_API int64_t cardinal_step_output_floats(const cardinal_step* step);
CARDINAL_API int64_t cardinal_step_packed_floats(const cardinal_step* step);
CARDINAL_API int64_t cardinal_step_scratch_floats(const cardinal_step* step);

// Packs weights [outputs][inputs / groups][kernel][kernel] and a bias of outputs floats; the lengths of both are
// exactly these, packed may be longer than needed. With a second input, weights are [outputs][inputs + second_inputs].
// What is packed depends on these sizes and the instruction set alone, not on batch, height, width or stride, so steps
// of one layer share it.
CARDINAL_API cardinal_status cardinal_step_pack(
    const cardinal_step* step, const float* weights, int64_t weights_floats, const float* bias, int64_t bias_floats,
    float* packed, int64_t packed_floats);

// Runs a step. Buffers may be longer than needed. The order of each sum is fixed: the same image gives the same bits in
// any batch. second is null for a step without a second input, packed for one without weights, scratch for one that
// needs none. The packed weights of a network are best laid behind each other in the order of use: a step fetches what
// follows its own. Denormal numbers count as zero meanwhile.
CARDINAL_API cardinal_status cardinal_step_run(
    const cardinal_step* step, const float* input, int64_t input_floats, const float* second, int64_t second_floats,
    const float* packed, int64_t packed_floats, float* output, int64_t output_floats, float* scratch,
    int64_t scratch_floats);

// Runs part `part` (from 0) of a step that `parts` threads share, or of that part piece `piece` (from 0) of `pieces`,
// so that a thread that ends early may take what another has not begun. Calls run at once or in any order: each writes
// outputs of its own, and all together give the bits of cardinal_step_run, which is piece 0 of 1 of part 0 of 1. Every
// call gets the whole buffers, but scratch memory of its own. Parts take about equally long, pieces not always; where
// there is not enough to divide, some are given nothing to do. A step that reads the output may begin when all have
// ended.
CARDINAL_API cardinal_status cardinal_step_run_part(
    const cardinal_step* step, int32_t part, int32_t parts, int32_t piece, int32_t pieces, const float* input,
    int64_t input_floats, const float* second, int64_t second_floats, const float* packed, int64_t packed_floats,
    float* output, int64_t output_floats, float* scratch, int64_t scratch_floats);

// Output rows of a step, of all images behind each other, if cardinal_step_run_rows takes ranges of them; 0 if it does
// not: where rows share a group of the layout (an output less than 14 columns wide but more than one row high), and
// where there are none (average pooling, linear). -1 where step is null.
CARDINAL_API int64_t cardinal_step_rows(const cardinal_step* step);

// Runs the output rows from first_row on, of those that cardinal_step_rows counts: it reads what inputs these need (of
// a kernel 3 also the row above and below), and writes these rows alone, in the bits of cardinal_step_run. So layers
// behind each other can run strip by strip, through caches that a whole map does not fit into. Every call gets the
// whole buffers; where input is not read it need not have been written yet.
CARDINAL_API cardinal_status cardinal_step_run_rows(
    const cardinal_step* step, int64_t first_row, int64_t rows, const float* input, int64_t input_floats,
    const float* second, int64_t second_floats, const float* packed, int64_t packed_floats, float* output,
    int64_t output_floats, float* scratch, int64_t scratch_floats);

// What the multiply-adds of a peak are done on: floats (vfmadd231ps), pairs of bf16 (vdpbf16ps), quadruples of bytes
// (vpdpbusd).
typedef enum cardinal_peak { CARDINAL_PEAK_F32 = 0, CARDINAL_PEAK_BF16 = 1, CARDINAL_PEAK_INT8 = 2 } cardinal_peak;

// The most multiply-adds that this core does now, in 10^9 operations a second (a multiply-add counts two), by one burst
// of about 0.1 ms on ordinary numbers; with the widest vectors that the instruction set in use has. 0 where it has no
// such instruction, or kind or CARDINAL_ISA names none; cardinal_last_error says why.
CARDINAL_API double cardinal_peak_burst(cardinal_peak kind);

#ifdef __cplusplus
}
#endif

#endif  // CARDINAL_H_
