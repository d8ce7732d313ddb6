// The isa-l gzip decompressor and CRC (libisal-dev).
#pragma once
#include <isa-l/igzip_lib.h>
#include <isa-l/crc64.h>
