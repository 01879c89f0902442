// How jemalloc, which serves this program's memory, is set: it reads this name before main.

extern "C" {
// Arenas for two cores, not four for each: a small server stays small. What is free goes back to
// the system after a second, not ten, so that large bodies do not linger.
const char* malloc_conf = "narenas:2,dirty_decay_ms:1000,muzzy_decay_ms:0";
}
