// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0

// The text of what failed last on this thread.
#ifndef CARDINAL_ERROR_H_
#define CARDINAL_ERROR_H_

#include "../include/cardinal.h"

namespace cardinal {

// Sets the text, as printf does, and returns the status.
[[gnu::format(printf, 2, 3)]] cardinal_status Fail(cardinal_status status, const char* format, ...);

const char* LastError();

}  // namespace cardinal

#endif  // CARDINAL_ERROR_H_
