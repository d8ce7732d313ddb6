// Files in MaxMind's format, which say where networks are (libmaxminddb-dev).
#pragma once
#include <maxminddb.h>
