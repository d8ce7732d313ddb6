// The zstd streaming decompressor (libzstd-dev).
#pragma once
#include <zstd.h>
