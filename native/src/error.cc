// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0

#include "error.h"

#include <cstdarg>
#include <cstdio>

namespace cardinal {
namespace {

thread_local char last_error[512] = "";

}  // namespace

cardinal_status Fail(cardinal_status status, const char* format, ...) {
  va_list arguments;
  va_start(arguments, format);
  std::vsnprintf(last_error, sizeof(last_error), format, arguments);
  va_end(arguments);
  return status;
}

const char* LastError() { return last_error; }

}  // namespace cardinal
