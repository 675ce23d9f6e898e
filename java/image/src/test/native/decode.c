/* SPDX-FileCopyrightText: The Cardinal authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Makes the calls of the native libraries that the Java decoder makes, from a file that NativeCalls
 * wrote, so that they can be watched by Valgrind or a sanitizer. Every input has a block of its own
 * and of its exact size. Prints counts; a picture that holds bytes nobody wrote is one of them.
 * A second file takes a digest of each picture: with other values in fresh memory (MALLOC_PERTURB_)
 * they must be the same.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <tiffio.h>
#ifndef WITHOUT_LEPTONICA
#include <leptonica/allheaders.h>
#endif
#ifdef WITH_VALGRIND
#include <valgrind/memcheck.h>
#else
#define VALGRIND_CHECK_MEM_IS_DEFINED(address, length) 0
#endif

#define JPEG_COLOUR_MODE 65538
#define CONTINUE_WITH_BAD_DATA 2

typedef struct {
  const uint8_t *bytes;
  int64_t length;
  int64_t position;
} memory_file;

static FILE *digests;
static long answers, refusals, undefined, calls;

static tmsize_t file_read(thandle_t handle, void *target, tmsize_t count) {
  memory_file *file = handle;
  int64_t left = file->length - file->position;
  if (count > left) count = left > 0 ? left : 0;
  memcpy(target, file->bytes + file->position, count);
  file->position += count;
  return count;
}

static tmsize_t file_write(thandle_t handle, void *bytes, tmsize_t count) {
  (void)handle, (void)bytes, (void)count;
  return 0;
}

static toff_t file_seek(thandle_t handle, toff_t offset, int whence) {
  memory_file *file = handle;
  int64_t base = whence == SEEK_SET ? 0 : whence == SEEK_CUR ? file->position : file->length;
  int64_t position = base + (int64_t)offset;
  file->position = position < 0 ? 0 : position;
  return file->position;
}

static int file_close(thandle_t handle) {
  (void)handle;
  return 0;
}

static toff_t file_size(thandle_t handle) { return ((memory_file *)handle)->length; }

static int file_map(thandle_t handle, void **base, toff_t *size) {
  memory_file *file = handle;
  *base = (void *)file->bytes;
  *size = file->length;
  return 1;
}

static void file_unmap(thandle_t handle, void *base, toff_t size) {
  (void)handle, (void)base, (void)size;
}

static void answer(const void *pixels, size_t bytes) {
  answers++;
  if (VALGRIND_CHECK_MEM_IS_DEFINED(pixels, bytes) != 0) {
    undefined++;
    fprintf(stderr, "call %ld: a picture with bytes that nobody wrote\n", calls);
  }
  if (digests != NULL) {
    uint64_t digest = 14695981039346656037u; /* FNV-1a */
    for (size_t i = 0; i < bytes; i++) {
      digest = (digest ^ ((const uint8_t *)pixels)[i]) * 1099511628211u;
    }
    fprintf(digests, "%ld %016llx\n", calls, (unsigned long long)digest);
  }
}

static void tiff(const uint8_t *bytes, size_t length, size_t picture) {
  memory_file file = {bytes, (int64_t)length, 0};
  TIFF *tiff = TIFFClientOpen("jpeg", "r", &file, file_read, file_write, file_seek, file_close,
                              file_size, file_map, file_unmap);
  uint8_t *target = malloc(picture);
  if (tiff != NULL && TIFFSetField(tiff, JPEG_COLOUR_MODE, 1) == 1 &&
      TIFFReadEncodedStrip(tiff, 0, target, (tmsize_t)picture) == (tmsize_t)picture) {
    answer(target, picture);
  } else {
    refusals++;
  }
  if (tiff != NULL) TIFFClose(tiff);
  free(target);
}

#ifndef WITHOUT_LEPTONICA
static void take(PIX *raster) {
  if (raster == NULL) {
    refusals++;
    return;
  }
  answer(pixGetData(raster), (size_t)4 * pixGetWpl(raster) * pixGetHeight(raster));
  pixDestroy(&raster);
}
#endif

static uint32_t number(FILE *in) {
  uint8_t b[4];
  if (fread(b, 1, 4, in) != 4) exit(2);
  return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
}

int main(int count, char **arguments) {
  FILE *in = count >= 2 ? fopen(arguments[1], "rb") : NULL;
  digests = count == 3 ? fopen(arguments[2], "w") : NULL;
  if (in == NULL || (count == 3 && digests == NULL)) {
    fprintf(stderr, "usage: decode CALLS [DIGESTS]\n");
    return 2;
  }
  TIFFSetErrorHandler(NULL);
  TIFFSetWarningHandler(NULL);
#ifndef WITHOUT_LEPTONICA
  setMsgSeverity(L_SEVERITY_NONE);
#endif
  for (int call; (call = fgetc(in)) != EOF; calls++) {
    size_t width = number(in), height = number(in), components = number(in), length = number(in);
    uint8_t *bytes = malloc(length);
    if (bytes == NULL || fread(bytes, 1, length, in) != length) return 2;
    if (call == 'T') {
      tiff(bytes, length, width * height * components);
#ifndef WITHOUT_LEPTONICA
    } else if (call == 'W' || call == 'w') {
      take(pixReadMemWebP(bytes, length));
    } else {
      l_int32 warnings = 0;
      take(pixReadMemJpeg(bytes, length, 0, 1, &warnings, CONTINUE_WITH_BAD_DATA));
#endif
    }
    free(bytes);
  }
  fclose(in);
  printf("calls %ld, answers %ld, refusals %ld, with undefined bytes %ld\n", calls, answers,
         refusals, undefined);
  return 0;
}
